-- Takes messages out of a channel, oldest first. What is taken is gone: nobody else gets it.
--
-- KEYS[1]  the channel's list
-- ARGV[1]  how many messages at most
-- Returns a list of messages, with false in place of each that had expired. Shorter than asked: the channel is empty.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count = tonumber(ARGV[1])
local taken = redis.call("LRANGE", KEYS[1], 0, count - 1)
redis.call("LTRIM", KEYS[1], count, -1)
for i, entry in ipairs(taken) do
  if tonumber(string.sub(entry, 1, 13)) <= now then
    taken[i] = false
  else
    taken[i] = string.sub(entry, 14)
  end
end
return taken
