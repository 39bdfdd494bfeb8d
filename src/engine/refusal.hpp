// The exception for a request that the engine refuses.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::engine {

/// An error of the DynamoDB API. Thrown wherever a request proves invalid; caught only in
/// `engine::execute`, after the transaction was rolled back.
class refusal final : public std::exception {
 public:
  refusal(std::string_view type, std::string message) : type_(type), message_(std::move(message)) {}

  /// The type without its namespace: "ValidationException".
  [[nodiscard]] const std::string& type() const noexcept { return type_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  /// Further members of the error's JSON, each after a comma: `,"CancellationReasons":[...]`.
  [[nodiscard]] const std::string& members() const noexcept { return members_; }
  [[nodiscard]] refusal with(std::string members) && {
    members_ = std::move(members);
    return std::move(*this);
  }

 private:
  std::string type_;
  std::string message_;
  std::string members_;
};

/// A request that breaks a rule of the API.
[[noreturn]] inline void refuse_invalid(std::string message) {
  throw refusal("ValidationException", std::move(message));
}

}  // namespace dynamo::engine
