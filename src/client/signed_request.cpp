#include "client/signed_request.hpp"

#include "auth/sha256.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace dynamo::wire {
namespace {

constexpr std::string_view content_type = "application/x-amz-json-1.0";
constexpr std::string_view target_prefix = target_header.substr(target_header.find(' ') + 1);

}  // namespace

result<net::http_request> signed_request(const backend_request& request, auth::endpoint place,
                                         const credentials& who,
                                         std::chrono::system_clock::time_point when,
                                         auth::signer& signer) {
  const auth::header_list headers = {
      {"Host", place.host},
      {"Content-Type", std::string(content_type)},
      {"X-Amz-Target", std::string(target_prefix) + std::string(wire_name(request.op))}};
  const std::string hash = auth::sha256_hex(request.body);
  auto added = signer.sign({.path = place.path, .headers = headers, .payload_hash = hash}, who,
                           {.region = place.signing_region, .service = place.signing_name}, when);
  if (!added) return std::move(added).error();
  net::http_request out;
  out.url = std::move(place.url);
  out.body = request.body;
  auth::append_header_lines(out.headers, headers);
  auth::append_header_lines(out.headers, *added);
  return out;
}

}  // namespace dynamo::wire
