-- One exchange of a guard with the others: book what it has booked, and give what has changed since it last asked.
--
-- A budget's level is the moment at which it is whole again, in microseconds of this server's clock, so that the clocks
-- of the guards need not agree. Levels that are whole are forgotten.
--
-- KEYS  whole: sorted set, budget by the moment it is whole        changed: sorted set, budget by number of its change
--       sequence: number of the last change                        run: name of this set of data
--       told_at: when the script was last called                   standings: version of the standings
--       pushed: number of the last push of this guard
-- ARGV  the run that the guard knows, a name for a run where there is none, number of this push, number of the last
--       change that the guard has seen, most changes to give, how many levels follow that are not to be lower than said,
--       then budget and microseconds left for each of them, then budget and microseconds booked for each that was booked
-- Gives run, number of the last change given, version of the standings, and budget and microseconds left for each change.
-- Where this server's clock was set back all levels are forgotten and the run has a new name.
-- A guard that knows another run is given no change, and nothing of it is booked: it has to tell its levels first.

local whole, changed, sequence, run, told_at, standings, pushed = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local AN_HOUR_MS = 3600000
local FORGOTTEN_AT_ONCE = 1000
local A_SECOND = 1000000

if now < tonumber(redis.call('GET', told_at) or 0) - A_SECOND then
    redis.call('DEL', whole, changed, sequence, run)
end
redis.call('SET', told_at, string.format('%.0f', now))

redis.call('SET', run, ARGV[2], 'NX')
local this_run = redis.call('GET', run)
local last = tonumber(redis.call('GET', sequence) or 0)
local version = redis.call('GET', standings) or ''
if ARGV[1] ~= this_run then
    return {this_run, last, version}
end

local function set(budget, whole_at)
    last = last + 1
    redis.call('ZADD', whole, string.format('%.0f', whole_at), budget)
    redis.call('ZADD', changed, string.format('%.0f', last), budget)
end

local function level(budget)
    return math.max(now, tonumber(redis.call('ZSCORE', whole, budget) or 0))
end

if redis.call('GET', pushed) ~= ARGV[3] then
    local first_booked = 7 + 2 * tonumber(ARGV[6])
    for place = 7, first_booked - 2, 2 do
        local least = now + tonumber(ARGV[place + 1])
        if least > level(ARGV[place]) then
            set(ARGV[place], least)
        end
    end
    for place = first_booked, #ARGV, 2 do
        set(ARGV[place], level(ARGV[place]) + tonumber(ARGV[place + 1]))
    end
    redis.call('SET', sequence, string.format('%.0f', last))
    redis.call('SET', pushed, ARGV[3], 'PX', AN_HOUR_MS)
end

for _, budget in ipairs(redis.call('ZRANGEBYSCORE', whole, '-inf', string.format('%.0f', now), 'LIMIT', 0, FORGOTTEN_AT_ONCE)) do
    redis.call('ZREM', whole, budget)
    redis.call('ZREM', changed, budget)
end

local reply = {this_run, last, version}
local since, most = tonumber(ARGV[4]), tonumber(ARGV[5])
if since > last then
    since = 0
end
local rows = redis.call('ZRANGEBYSCORE', changed, '(' .. string.format('%.0f', since), '+inf', 'WITHSCORES', 'LIMIT', 0, most)
for place = 1, #rows, 2 do
    table.insert(reply, rows[place])
    table.insert(reply, math.floor(tonumber(redis.call('ZSCORE', whole, rows[place])) - now))
end
if #rows == 2 * most then
    reply[2] = tonumber(rows[#rows])
end
return reply
