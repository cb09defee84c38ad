-- Looks which sessions hold rows of some families.
-- KEYS[1]  the sorted set of the names of sessions
-- ARGV[1]  1 when names of sessions that hold nothing at all go out of it
-- ARGV[2]  how many families there are; for each: 1 when it counts; s for one key, p for one in each partition, k for Signal
--          keys; what the name of the key ends with, or has before the partition; the end of the name of the partitions
--          then the number of types of keys that zaileys has, and these; then for each session its name and its prefix
-- Gives 1 for each session that holds some, 0 for others
local forget, at = ARGV[1] == '1', 3
local function take()
    at = at + 1
    return ARGV[at - 1]
end
local families, types = {}, {}
for i = 1, tonumber(ARGV[2]) do
    families[i] = {counts = take() == '1', kind = take(), data = take(), partitions = take()}
end
for i = 1, tonumber(take()) do
    types[i] = take()
end
local function exists(name)
    return redis.call('EXISTS', name) == 1
end
local function holds(family, prefix)
    if family.kind == 's' then
        return exists(prefix .. family.data)
    end
    if family.kind == 'k' then
        for _, type in ipairs(types) do
            if exists(prefix .. ':auth:signal-index:' .. type) then
                return true
            end
        end
    end
    local names = redis.pcall('ZRANGE', prefix .. family.partitions, 0, -1)
    if names.err then
        -- Something else in its place: whoever lists the rows is told.
        return true
    end
    for _, name in ipairs(names) do
        if exists(prefix .. family.data .. name)
            or family.kind == 'k' and exists(prefix .. ':auth:signal-index:' .. name) then
            return true
        end
    end
    return false
end
local function any(prefix, counting)
    for _, family in ipairs(families) do
        if family.counts == counting and holds(family, prefix) then
            return true
        end
    end
    return false
end
local found = {}
while at <= #ARGV do
    local name, prefix = take(), take()
    local there = any(prefix, true)
    if not there and forget and not any(prefix, false) then
        redis.pcall('ZREM', KEYS[1], name)
        -- That it is complete needs no remembering where there is nothing.
        if redis.pcall('ZCARD', KEYS[1]) == 1 then
            redis.pcall('ZREM', KEYS[1], '*')
        end
    end
    found[#found + 1] = there and 1 or 0
end
return found
