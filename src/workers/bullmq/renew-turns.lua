-- The runs of limited jobs go on.
--   KEYS  who runs, for each job
--   ARGV  1 how long a claim lasts, then the jobs
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for index, key in ipairs(KEYS) do
  redis.call("ZADD", key, now + ARGV[1], ARGV[index + 1])
  redis.call("PEXPIRE", key, ARGV[1] * 2)
end
return #KEYS
