-- Asks for a turn for a job that has limits, and takes it where there is one.
--   KEYS  1 who runs (zset: job by the time its claim ends)   2 who is held (zset)   3 the starts of the open window
--         4 the job   5 all of the queue that are held
--   ARGV  1 job  2 how long a claim lasts  3 most at once, 0 for any number  4 most starts, 0 for any  5 window in ms
-- Gives {0} for a turn, {1} where others of the key run, {2, ms} where the window has had all its starts, {3} where the
-- job was cancelled while it was looked at.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local job, most, mostStarts = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call("ZREM", KEYS[5], job)
if redis.call("HEXISTS", KEYS[4], "hotclub:cancel") == 1 then
  redis.call("ZREM", KEYS[2], job)
  return {3}
end
if most > 0 then
  redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now)
  if not redis.call("ZSCORE", KEYS[1], job) and redis.call("ZCARD", KEYS[1]) >= most then
    return {1}
  end
end
if mostStarts > 0 then
  local starts = tonumber(redis.call("GET", KEYS[3]) or "0")
  if starts >= mostStarts then
    return {2, math.max(redis.call("PTTL", KEYS[3]), 1)}
  end
  if starts == 0 then
    redis.call("SET", KEYS[3], 1, "PX", ARGV[5])
  else
    redis.call("INCR", KEYS[3])
  end
end
if most > 0 then
  redis.call("ZADD", KEYS[1], now + ARGV[2], job)
  redis.call("PEXPIRE", KEYS[1], ARGV[2] * 2)
  redis.call("ZREM", KEYS[2], job)
end
return {0}
