-- HAProxy asks the guard about a request: 200 lets it through, whatever else comes is what the customer gets.
local TIMEOUT_MS = 200

local function headers_of(txn)
  local headers = {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if name ~= "content-length" and name ~= "transfer-encoding" and name ~= "connection" and name ~= "host" then
      local all = {}
      for index = 0, #values do all[#all + 1] = values[index] end
      headers[name] = all
    end
  end
  return headers
end

core.register_action("stillwatch", {"http-req"}, function(txn)
  local asked = core.httpclient()
  local answer = asked:post{
    url = txn:get_var("txn.sw_guard") .. "/authz" .. txn.sf:path(),
    headers = headers_of(txn),
    timeout = TIMEOUT_MS,
  }
  -- Where nobody answers, HAProxy makes up a 503; what the guard itself refuses carries the id of its decision.
  if answer == nil or (answer.status ~= 200 and not answer.headers["x-stillwatch-decision"]) then
    if txn:get_var("txn.sw_on_failure") == "deny" then
      txn:done(txn:reply{status = 503, headers = {["retry-after"] = {"1"}}})
    end
    return
  end
  if answer.status == 200 then
    local obligations = answer.headers["x-stillwatch-obligations"]
    if obligations then txn.http:req_set_header("x-stillwatch-obligations", obligations[0]) end
    return
  end
  local told = {}
  for _, name in ipairs({"content-type", "retry-after", "x-stillwatch-decision"}) do
    if answer.headers[name] then told[name] = {answer.headers[name][0]} end
  end
  txn:done(txn:reply{status = answer.status, headers = told, body = answer.body})
end)
