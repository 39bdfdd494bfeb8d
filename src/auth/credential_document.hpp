// The JSON documents with credentials from processes, containers and instances.
#pragma once

#include "auth/json_members.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The origin of a document, for messages, and its form.
struct document_origin {
  std::string subject{};  ///< start of a sentence: "The program 'x'"
  std::string fix{};      ///< what to do about an invalid document
  std::string_view token_member = "Token";
  bool expires = false;      ///< a token and an expiration are required
  std::string fixed_time{};  ///< what to do about expired credentials
};

/// Reads AccessKeyId, SecretAccessKey, the session token, Expiration and AccountId. Errors, all of
/// kind errc::credentials, quote only names of members.
[[nodiscard]] result<credentials> read_credential_document(const json_members& members,
                                                           const document_origin& from);

/// Returns the document's members, errc::credentials if it is not a JSON object.
[[nodiscard]] result<json_members> open_credential_document(std::string_view text,
                                                            const document_origin& from);

/// Returns errc::credentials if `fresh` has expired at `now` by this machine's clock. If `date`,
/// the Date header of the response, shows that this clock is more than five minutes off, the error
/// says so.
[[nodiscard]] std::optional<error> expired_on_arrival(const credentials& fresh,
                                                      const document_origin& from,
                                                      std::chrono::system_clock::time_point now,
                                                      std::string_view date);

/// Returns true for a word that a message may quote: 1 to 64 letters and digits. Other text could
/// be a secret.
[[nodiscard]] bool is_plain_word(std::string_view text) noexcept;

}  // namespace dynamo::auth
