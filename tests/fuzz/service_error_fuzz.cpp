// Errors of the service: whatever a body says, there is one sentence, a bare code, and a decision
// that fits both. Throttling reasons are read from every shape without losing the code.
#include "client/service_error.hpp"
#include "client/throttling.hpp"

#include <libdeflate.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using dynamo::errc;
using namespace dynamo::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::array statuses = {400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 301, 200};

bool passes(failure_class follow_up) {
  return follow_up == failure_class::transient || follow_up == failure_class::throttled;
}

}  // namespace

// The first byte chooses the status, the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  dynamo::net::http_response response;
  response.status = statuses[data[0] % statuses.size()];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  response.body = dynamo::body_buffer(body);
  response.request_id = "ID";

  const failed_attempt got = service_failure(response);
  const dynamo::error& reason = got.reason;
  require(reason.http_status == response.status && reason.request_id == "ID");
  require(!reason.message.empty());
  // A refused signature is followed by the request as the service saw it, with its token: no line
  // but the first may come through.
  require(reason.message.find_first_of("\r\n") == std::string::npos);
  require(reason.code.find_first_of("\r\n:#") == std::string::npos);
  require(bare_code(reason.code) == reason.code);
  require((got.follow_up == failure_class::throttled) == (reason.kind == errc::throttled));
  if (reason.code.empty())
    require(passes(got.follow_up) == (response.status == 429 || response.status >= 500));

  // A damaged body is never taken for what it says.
  response.crc32 = ~libdeflate_crc32(0, body.data(), body.size());
  const auto damaged = failure_in(response);
  require(damaged && damaged->reason.kind == errc::invalid_response);
  require(damaged->follow_up == failure_class::transient && damaged->reason.code.empty());

  for (const throttling_reason& each : reasons_in(body)) require(!explained({each}).empty());
  (void)reason.to_string();
  return 0;
}
