-- Notes that a job waits for others of its key, after it was moved to the delayed ones.
--   KEYS  1 who runs   2 who is held   3 the job   4 all of the queue that are held
--   ARGV  1 job  2 most at once (0: it waits for a time only)
-- Gives 1 where there is room meanwhile, or the job was cancelled, so that it can go back at once. Its start did not count.
redis.call("HINCRBY", KEYS[3], "ats", -1)
if redis.call("HEXISTS", KEYS[3], "hotclub:cancel") == 1 then
  return 1
end
local most = tonumber(ARGV[2])
if most == 0 then
  return 0
end
if redis.call("ZCARD", KEYS[1]) < most then
  return 1
end
local time = redis.call("TIME")
local now = time[1] * 1000000 + time[2]
redis.call("ZADD", KEYS[2], now, ARGV[1])
redis.call("ZADD", KEYS[4], now, ARGV[1])
return 0
