// The JSON documents in which processes, containers and instances hand out credentials.
#pragma once

#include "auth/json_members.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Who gave a document, in the words of messages, and which of the forms it has.
struct document_origin {
  std::string subject{};  ///< begins a sentence: "The program 'x'"
  std::string fix{};      ///< what to do about an answer that is wrong
  std::string_view token_member = "Token";
  bool expires = false;      ///< a token and an expiration are required
  std::string fixed_time{};  ///< what to do about credentials that have expired
};

/// Reads AccessKeyId, SecretAccessKey, the session token, Expiration and AccountId. Errors, all of
/// kind errc::credentials, quote nothing of the document but the names of members.
[[nodiscard]] result<credentials> read_credential_document(const json_members& members,
                                                           const document_origin& from);

/// The document's members; no JSON object is an error of kind errc::credentials.
[[nodiscard]] result<json_members> open_credential_document(std::string_view text,
                                                            const document_origin& from);

/// An error of kind errc::credentials if `fresh` has expired at `now` by this machine's clock. If
/// `date`, the Date header that came with the document, says that this clock is minutes off, that
/// is what the error tells.
[[nodiscard]] std::optional<error> expired_on_arrival(const credentials& fresh,
                                                      const document_origin& from,
                                                      std::chrono::system_clock::time_point now,
                                                      std::string_view date);

/// A word that a message may quote: 1 to 64 letters and digits. Anything else could be a secret.
[[nodiscard]] bool is_plain_word(std::string_view text) noexcept;

}  // namespace dynamo::auth
