-- Notes when a schedule fired last, unless a later time is noted.
--   KEYS  1 the firings (hash)
--   ARGV  1 the schedule  2 the time in ms
local last = tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or "0")
if tonumber(ARGV[2]) > last then
  redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
end
return 1
