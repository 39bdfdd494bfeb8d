// Conditions, optimistic locking, transactions, time to live, and what to do about errors.
#include "expect.hpp"

#include <dynamo/dynamo.hpp>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

struct account {
  std::string id;
  long balance = 0;
  long version = 0;
  std::optional<long> expires_at = {};  // seconds since 1970
};

template <>
inline constexpr auto dynamo::mapping<account> = dynamo::table_mapping(
    "accounts", dynamo::partition_key("id", &account::id),
    dynamo::field("balance", &account::balance), dynamo::field("version", &account::version),
    dynamo::field("expires_at", &account::expires_at));

namespace {

// [new]
// False if there is an account of this id.
bool open_account(const dynamo::client& db, const account& opened) {
  const auto done = db.try_put_item(
      {.table = "accounts", .item = opened, .condition_expression = "attribute_not_exists(id)"});
  if (done) return true;
  if (done.error().kind == dynamo::errc::conflict) return false;
  throw dynamo::exception(done.error());
}
// [new]

// [locking]
// Reads, changes and writes back, unless another program has written in between.
bool try_deposit(const dynamo::table<account>& accounts, const dynamo::client& db,
                 const std::string& id, long amount) {
  const std::optional<account> read = accounts.get(id);
  if (!read) return false;
  const auto written =
      db.try_update_item({.table = "accounts",
                          .key = accounts.key_of(id),
                          .update_expression = "SET balance = :balance, version = :next",
                          .condition_expression = "version = :read",
                          .expression_attribute_values = {{":balance", read->balance + amount},
                                                          {":next", read->version + 1},
                                                          {":read", read->version}}});
  if (!written && written.error().kind != dynamo::errc::conflict) {
    throw dynamo::exception(written.error());
  }
  return written.has_value();
}
// [locking]

// [transaction]
// Both updates, or none.
void transfer(const dynamo::table<account>& accounts, const dynamo::client& db,
              const std::string& from, const std::string& to, long amount) {
  db.transact_write(
      {.actions = {
           dynamo::update_item_request{.table = "accounts",
                                       .key = accounts.key_of(from),
                                       .update_expression = "SET balance = balance - :amount",
                                       .condition_expression = "balance >= :amount",
                                       .expression_attribute_values = {{":amount", amount}}},
           dynamo::update_item_request{.table = "accounts",
                                       .key = accounts.key_of(to),
                                       .update_expression = "SET balance = balance + :amount",
                                       .condition_expression = "attribute_exists(id)",
                                       .expression_attribute_values = {{":amount", amount}}},
       }});
}
// [transaction]

}  // namespace

int main() {
  try {
    const auto db = dynamo::client::in_memory();
    db.create_table({.table = "accounts", .key = {.partition_key = {"id"}}});
    const dynamo::table<account> accounts(db);
    // [ttl]
    db.set_time_to_live("accounts", "expires_at");
    // [ttl]
    expect(open_account(db, {.id = "a", .balance = 10}), "a is new");
    expect(open_account(db, {.id = "b"}), "b is new");
    expect(!open_account(db, {.id = "a"}), "a is there");
    expect(try_deposit(accounts, db, "a", 5), "nobody else writes");
    transfer(accounts, db, "a", "b", 15);
    // [reasons]
    try {
      transfer(accounts, db, "a", "b", 1);
    } catch (const dynamo::exception& failure) {
      // One code for each action: {"ConditionalCheckFailed", "None"}.
      const std::vector<std::string>& reasons = failure.details().reasons;
      if (failure.kind() != dynamo::errc::conflict || reasons.empty()) throw;
      if (reasons.front() == "ConditionalCheckFailed") std::cout << "not enough money\n";
    }
    // [reasons]
    expect(accounts.get("b")->balance == 15, "the transfer");
    std::cout << "done\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
