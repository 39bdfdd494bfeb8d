// Who answers: one of the two that are compared.
#pragma once

#include "differential/json.hpp"
#include "differential/step.hpp"

#include <memory>
#include <string>
#include <vector>

namespace dynamo::differential {

struct answer {
  int status = 0;
  json body{};  ///< null if it is not JSON

  [[nodiscard]] bool succeeded() const noexcept { return status == 200; }
  /// The bare type of an error: what stands behind '#'.
  [[nodiscard]] std::string error_type() const;
  [[nodiscard]] std::string_view message() const;
};

/// Belongs to one thread.
class side {
 public:
  virtual ~side() = default;
  virtual answer ask(operation op, const std::string& body) = 0;
};

/// A DynamoDB behind a URL. Throws std::runtime_error, from `ask` too, when nobody answers.
[[nodiscard]] std::unique_ptr<side> server_at(const std::string& url);
/// The engine, with an empty database in memory.
[[nodiscard]] std::unique_ptr<side> engine_in_memory();

/// All answers to one step: pages of a Query or Scan, of all segments one after another.
struct outcome {
  std::vector<answer> pages{};
  /// Every segment was read until there was no LastEvaluatedKey.
  bool whole = false;
};

[[nodiscard]] outcome carry_out(side& by, const step& what);

/// Waits until no index of the table is on its way to another state. False if that does not end.
[[nodiscard]] bool settle(side& of, const std::string& table);
/// Removes all tables, the protected ones too.
void clear(side& of);

}  // namespace dynamo::differential
