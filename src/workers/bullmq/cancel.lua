-- Ends a job that waits, as failed for the reason that it was cancelled; marks one that runs.
--   KEYS  1 job  2 wait  3 paused  4 delayed  5 prioritized  6 active  7 failed  8 events  9 the cancelled
--   ARGV  1 id  2 now in ms  3 reason  4 stack as JSON  5 what the keys of deduplication begin with
-- Gives -1 for no such job, 0 for one that is over, 1 for one that waited, 2 for one that runs.
local job, id = KEYS[1], ARGV[1]
if redis.call("EXISTS", job) == 0 then
  return -1
end
local removed = redis.call("ZREM", KEYS[4], id) + redis.call("ZREM", KEYS[5], id)
if removed == 0 then
  removed = redis.call("LREM", KEYS[2], 1, id) + redis.call("LREM", KEYS[3], 1, id)
end
if removed > 0 then
  redis.call("HSET", job, "failedReason", ARGV[3], "stacktrace", ARGV[4], "finishedOn", ARGV[2])
  redis.call("ZADD", KEYS[7], ARGV[2], id)
  redis.call("ZADD", KEYS[9], ARGV[2], id)
  redis.call("XADD", KEYS[8], "MAXLEN", "~", 10000, "*", "event", "failed", "jobId", id, "failedReason", ARGV[3], "prev", "waiting")
  local deduplication = redis.call("HGET", job, "deid")
  if deduplication then
    local key = ARGV[5] .. deduplication
    if redis.call("PTTL", key) == -1 and redis.call("GET", key) == id then
      redis.call("DEL", key)
    end
  end
  return 1
end
for _, running in ipairs(redis.call("LRANGE", KEYS[6], 0, -1)) do
  if running == id then
    redis.call("HSET", job, "hotclub:cancel", 1)
    return 2
  end
end
return 0
