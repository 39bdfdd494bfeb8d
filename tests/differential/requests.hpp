// Random requests that fit the tables that there are, more or less.
#pragma once

#include "differential/expressions.hpp"
#include "differential/json.hpp"
#include "differential/random_choices.hpp"
#include "differential/shape.hpp"
#include "differential/step.hpp"

#include <random>
#include <string>

namespace dynamo::differential {

class request_writer {
 public:
  /// Both outlive this object.
  request_writer(const world& tables, random_choices& random)
      : tables_(tables),
        random_(random),
        large_items_(random.once_in(8)),
        token_(std::to_string(std::random_device{}())) {}

  /// A request of any operation. Tables are made first.
  [[nodiscard]] step next();
  [[nodiscard]] bool has_large_items() const noexcept { return large_items_; }

 private:
  step of(operation op);
  // In item_requests.cpp.
  json put(bool alone = true);
  json update(bool alone = true);
  json remove(bool alone = true);
  json get(bool alone = true);
  json batch_write();
  json batch_get();
  json transact_write();
  json transact_get();
  // In read_requests.cpp.
  step query();
  step scan();
  // In table_requests.cpp.
  json create_table();
  json update_table();
  json time_to_live();
  json list_tables();
  json table_alone();

  /// A table that is there; rarely null, with `name` of one that is not. ARNs are names only where
  /// a table is `alone`: DynamoDB Local does not know them in batches and transactions.
  const table_shape* some_table(std::string& name, bool alone = true);
  void add_condition(json& request, const table_shape* table);
  void add_returns(json& request, bool of_update);
  void add_capacity(json& request);
  void add_read_options(step& made, const table_shape* table, const index_shape* index,
                        expression_writer& words);

  const world& tables_;
  random_choices& random_;
  bool large_items_;   ///< many items are so large that a page has few
  std::string token_;  ///< how its tokens begin: a server remembers those of other runs
};

/// Changes a random place of the request: a member is lost, renamed, of another type, null.
void mutate(json& request, random_choices& random);

}  // namespace dynamo::differential
