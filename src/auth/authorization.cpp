#include "auth/authorization.hpp"

#include "auth/sigv4.hpp"
#include "core/ascii.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::size_t scope_parts = 5;

authorization_parts faulty(std::string sentence) {
  return {.found = {}, .fault = std::move(sentence)};
}

// Removes the text up to and including the first `separator` and returns it without that.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

authorization_parts parse_authorization(std::string_view text) {
  std::string_view rest = ascii::trimmed(text);
  if (take_until(rest, ' ') != signing_algorithm) {
    return faulty("Unsupported AWS 'algorithm': Authorization must begin with '" +
                  std::string(signing_algorithm) + "'.");
  }
  std::optional<std::string_view> credential;
  std::optional<std::string_view> signed_headers;
  std::optional<std::string_view> signature;
  while (!rest.empty()) {
    std::string_view value = ascii::trimmed(take_until(rest, ','));
    if (value.empty()) continue;
    if (value.find('=') == std::string_view::npos) {
      return faulty(
          "A part of the Authorization header is not a valid key=value pair (missing equal-sign).");
    }
    const std::string_view key = take_until(value, '=');
    auto* const target = key == "Credential"      ? &credential
                         : key == "SignedHeaders" ? &signed_headers
                         : key == "Signature"     ? &signature
                                                  : nullptr;
    // A repeated part would be ambiguous.
    if (target != nullptr && target->has_value()) {
      return faulty("Authorization header has '" + std::string(key) + "' twice.");
    }
    if (target != nullptr) *target = value;
  }
  std::string lacks;
  for (const auto& [name, value] :
       {std::pair("Credential", credential), std::pair("Signature", signature),
        std::pair("SignedHeaders", signed_headers)}) {
    if (value && !value->empty()) continue;
    if (!lacks.empty()) lacks += ' ';
    lacks.append("Authorization header requires '").append(name).append("' parameter.");
  }
  if (!lacks.empty()) return faulty(std::move(lacks));

  std::array<std::string_view, scope_parts> parts{};
  std::string_view scope = *credential;
  if (std::ranges::count(scope, '/') != scope_parts - 1) {
    return faulty(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term.");
  }
  for (std::string_view& part : parts) part = take_until(scope, '/');
  return {.found = authorization{.access_key_id = parts[0],
                                 .date = parts[1],
                                 .region = parts[2],
                                 .service = parts[3],
                                 .terminator = parts[4],
                                 .signed_headers = *signed_headers,
                                 .signature = *signature},
          .fault = {}};
}

}  // namespace dynamo::auth
