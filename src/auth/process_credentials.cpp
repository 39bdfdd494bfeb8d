#include "auth/process_credentials.hpp"

#include "auth/command_line.hpp"
#include "auth/credential_document.hpp"
#include "auth/fault.hpp"
#include "auth/loaded_profile.hpp"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace dynamo::auth {
namespace {

constexpr std::string_view command_key = "credential_process";

// The program of a profile, with its name for messages.
struct named_program {
  std::string name;
  document_origin origin;
  std::optional<found_setting> account;  // the account that the profile expects
};

std::string what_happened(const program_outcome& outcome, const program_call& call) {
  using enum program_outcome::end;
  switch (outcome.how) {
    case not_begun:
      return fmt::format("could not be run ({})", std::generic_category().message(outcome.status));
    case killed:
      return fmt::format("was ended by signal {}", outcome.status);
    case timeout:
      return fmt::format("did not exit within {} ms", call.timeout.count());
    case too_long:
      return fmt::format("printed more than {} bytes", call.max_output_bytes);
    default:
      return fmt::format("exited with status {}", outcome.status);
  }
}

credential_source::answer read_output(const program_outcome& outcome, const program_call& call,
                                      const named_program& program, const clock& time) {
  using enum program_outcome::end;
  if (outcome.how == cancelled) return cancelled_search();
  const document_origin& origin = program.origin;
  if (outcome.how != exited || outcome.status != 0)
    return credentials_fault(
        fmt::format("{} {}: {}", origin.subject, what_happened(outcome, call), origin.fix));
  const result<json_members> members = open_credential_document(outcome.output, origin);
  if (!members) return members.error();
  const auto version = members->find("Version");
  if (version == members->end() || version->second.is_string || version->second.text != "1")
    return credentials_fault(fmt::format("{} returned a document whose Version is not 1: {}",
                                         origin.subject, origin.fix));
  result<credentials> read = read_credential_document(*members, origin);
  if (!read) return std::move(read).error();
  if (auto expired = expired_on_arrival(*read, origin, time.wall_time(), {}))
    return *std::move(expired);
  if (program.account) {
    if (read->account_id.empty()) read->account_id = program.account->value;
    if (read->account_id != program.account->value)
      return credentials_fault(fmt::format(
          "{} returned credentials of account {}, but {} is {}: correct one of them",
          origin.subject, read->account_id, program.account->source, program.account->value));
  }
  read->provider = program.name;
  return *std::move(read);
}

class process_source final : public credential_source {
 public:
  process_source(source_context context, std::optional<std::string> profile,
                 std::chrono::milliseconds timeout)
      : context_(std::move(context)), profile_(std::move(profile)), timeout_(timeout) {}

  void find(handler done) override {
    const result<loaded_profile> loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return done(loaded.error());
    const auto command = loaded->find(command_key);
    if (!command) return done(std::nullopt);
    program_call call;
    call.timeout = timeout_;
    if (auto words = split_command_line(command->value); words && !words->empty())
      call.arguments = *std::move(words);
    else
      return done(configuration_fault(fmt::format(
          "The command line in {} cannot be split into words: close its quotes, and do not end it "
          "with a backslash",
          command->source)));

    named_program program;
    const std::string which = fmt::format("'{}' ({})", call.arguments.front(), command->source);
    program.name = fmt::format("the program {}", which);
    program.origin.subject = fmt::format("The program {}", which);
    program.origin.fix =
        "run it by hand to see its messages; it must print the JSON object that the AWS CLI's "
        "credential_process requires";
    program.origin.fixed_time = "renew them, or set this machine's clock if it is wrong";
    program.origin.token_member = "SessionToken";
    program.account = loaded->find("aws_account_id");
    context_.processes->run(call, [this, call, program = std::move(program),
                                   done = std::move(done)](const program_outcome& outcome) {
      done(read_output(outcome, call, program, *context_.time));
    });
  }

  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  const source_context context_;
  const std::optional<std::string> profile_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace

std::unique_ptr<credential_source> process_credentials(source_context context,
                                                       std::optional<std::string> profile,
                                                       std::chrono::milliseconds timeout) {
  return std::make_unique<process_source>(std::move(context), std::move(profile), timeout);
}

}  // namespace dynamo::auth
