-- A run of a limited job is over. Gives the job that has been held for longest, which is to come back, or false.
--   KEYS  1 who runs   2 who is held
--   ARGV  1 job
redis.call("ZREM", KEYS[1], ARGV[1])
local next = redis.call("ZPOPMIN", KEYS[2])
return next[1] or false
