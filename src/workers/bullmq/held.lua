-- Gives the jobs that wait for others of their key, in the order in which they came to; forgets those that wait no more.
--   KEYS  1 delayed   2 the jobs that were held (zset)
local held = redis.call("ZRANGE", KEYS[2], 0, -1)
local found = {}
for _, id in ipairs(held) do
  if redis.call("ZSCORE", KEYS[1], id) then
    found[#found + 1] = id
  else
    redis.call("ZREM", KEYS[2], id)
  end
end
return found
