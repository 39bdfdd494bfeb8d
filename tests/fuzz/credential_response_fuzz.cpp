// Documents that hand out credentials, and command lines: whatever a program, a container's agent
// or the metadata service says, the reader ends with credentials that can be sent, or with a
// sentence that quotes nothing of them.
#include "auth/command_line.hpp"
#include "auth/credential_document.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace dynamo::auth;

void require(bool holds) {
  if (!holds) std::abort();
}

// All that can be said about a document.
void check(const dynamo::error& reason, const document_origin& from) {
  require(reason.kind == dynamo::errc::credentials);
  const auto is = [&](const std::string& problem) {
    return reason.message == from.subject + " returned a document " + problem + ": " + from.fix;
  };
  bool known = is("that is not one JSON object") || is("whose AccountId is not twelve digits") ||
               is("whose Expiration is not a time such as 2030-01-31T12:00:00Z");
  for (const std::string_view name :
       {std::string_view("AccessKeyId"), std::string_view("SecretAccessKey"), from.token_member,
        std::string_view("Expiration"), std::string_view("AccountId")})
    known = known || is("without " + std::string(name)) ||
            is("whose " + std::string(name) + " is not a string");
  require(known);
}

void read_as(std::string_view text, const document_origin& from) {
  const auto members = open_credential_document(text, from);
  if (!members) return check(members.error(), from);
  const auto read = read_credential_document(*members, from);
  if (!read) return check(read.error(), from);
  require(!read->access_key_id.empty() && !read->secret_access_key.empty());
  require(!from.expires || (read->expiration && !read->session_token.empty()));
  require(read->account_id.empty() || read->account_id.size() == 12);
  if (!read->expiration) return;
  using std::chrono::seconds;
  require(!expired_on_arrival(*read, from, *read->expiration - seconds(1), text));
  require(expired_on_arrival(*read, from, *read->expiration, text).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const document_origin process{.subject = "The program",
                                .fix = "run it",
                                .token_member = "SessionToken",
                                .fixed_time = "renew them"};
  read_as(text, process);
  read_as(text, {.subject = "The agent", .fix = "look", .fixed_time = "wait"});
  read_as(text, {.subject = "The service", .fix = "look", .expires = true, .fixed_time = "wait"});

  if (const auto words = split_command_line(text)) {
    std::size_t length = 0;
    for (const std::string& word : *words) length += word.size();
    require(length <= text.size());
    // Words in single quotes are split into themselves.
    std::string quoted;
    for (const std::string& word : *words) {
      quoted += " '";
      for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
      quoted += '\'';
    }
    require(split_command_line(quoted) == words);
  }
  return 0;
}
