-- A run of a limited job is over, or will not be. Gives the job that has been held for longest, which is to come back, or false.
--   KEYS  1 who runs   2 who is held   3 delayed   4 all of the queue that are held
--   ARGV  1 job
redis.call("ZREM", KEYS[1], ARGV[1])
-- Those that were cancelled meanwhile are no more there.
while true do
  local next = redis.call("ZPOPMIN", KEYS[2])[1]
  if not next then
    return false
  end
  redis.call("ZREM", KEYS[4], next)
  if redis.call("ZSCORE", KEYS[3], next) then
    return next
  end
end
