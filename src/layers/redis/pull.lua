-- Takes messages out of channels, oldest first. What is taken is gone: nobody else gets it.
--
-- KEYS[…]  the lists of the channels
-- ARGV[…]  for each how many messages at most
-- Returns for each a list of messages, with false in place of each that had expired, or what went wrong. Shorter than
-- asked: the channel is empty.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function pull(list, count)
  local taken = redis.call("LRANGE", list, 0, count - 1)
  if #taken == 0 then
    return taken
  end
  redis.call("LTRIM", list, count, -1)
  for i, entry in ipairs(taken) do
    if tonumber(string.sub(entry, 1, 13)) <= now then
      taken[i] = false
    else
      taken[i] = string.sub(entry, 14)
    end
  end
  return taken
end

local answers = {}
for i, list in ipairs(KEYS) do
  local isDone, answer = pcall(pull, list, tonumber(ARGV[i]))
  if not isDone then
    answer = redis.error_reply(type(answer) == "table" and answer.err or tostring(answer))
  end
  answers[i] = answer
end
return answers
