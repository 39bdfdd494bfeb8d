// A write of one item: what PutItem, UpdateItem and DeleteItem do, alone, in a batch and in a
// transaction.
#pragma once

#include "engine/expression/condition.hpp"
#include "engine/expression/update.hpp"
#include "engine/operation/capacity.hpp"
#include "engine/request/requests.hpp"
#include "engine/store/database.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Made before the transaction, then taken through `locate`, `decide` and `carry_out` within it,
/// so that a transaction of several can stop between any two steps. Each refuses what it finds to
/// be at fault. Refers to the call it is made from. Not thread-safe.
class item_write {
 public:
  /// Parses what can be parsed without the table.
  explicit item_write(const put_call& call);
  explicit item_write(const update_call& call);
  explicit item_write(const delete_call& call);
  explicit item_write(const check_call& call);
  /// Entries of a batch, which have no conditions.
  item_write(const std::string& table, const batch_put& entry);
  item_write(const std::string& table, const batch_delete& entry);
  item_write(const item_write&) = delete;
  item_write& operator=(const item_write&) = delete;

  /// Checks the key against the table, which has the name `table_name()`.
  void locate(std::shared_ptr<const table_definition> table);
  /// Checks the condition and makes the new item.
  void decide(const snapshot& in);
  /// Decides again after `give_back`.
  void carry_out(transaction& in);
  /// Lets go of the items of `before` and `after`, which may take megabytes each.
  void give_back();

  [[nodiscard]] const std::string& table_name() const noexcept { return table_name_; }
  /// Bytes that the action counts in a transaction, as DynamoDB Local counts them: its item or key,
  /// the text of its expressions, and each use of a name or value in them. What is stored does not
  /// count.
  [[nodiscard]] std::uint64_t payload() const;

  /// From `locate` on.
  [[nodiscard]] const table_definition& table() const noexcept { return *table_; }
  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  /// With the key's attributes among others.
  [[nodiscard]] const item& key_item() const noexcept { return given_.view(); }

  /// From `decide` on; null: there is none.
  [[nodiscard]] const stored_item* before() const noexcept { return before_ ? &*before_ : nullptr; }
  [[nodiscard]] const stored_item* after() const noexcept { return after_; }
  /// Appends the object that Attributes of an answer holds. Returns false if there is none.
  [[nodiscard]] bool append_returned(std::string& out, return_values wanted) const;
  /// Bytes of the JSON of `before` and `after`. Their views take up to twice as many.
  [[nodiscard]] std::uint64_t held() const;

 private:
  enum class kind : std::uint8_t { put, update, remove, check };
  // Of `key` and `put` one is given.
  item_write(kind what, const std::string& table, const owned_item* key, const stored_item* put,
             const write_base* expressions, const std::string* update_text = nullptr);
  void check_condition() const;
  void make_updated();

  const kind kind_;
  const std::string& table_name_;
  const write_base* const expressions_;  // null: there are none
  const std::string* const update_text_;
  const std::optional<stored_item> given_key_;
  const stored_item& given_;  // the item of a put, the key of others
  std::optional<substitutes> with_;
  std::optional<condition> condition_;
  std::optional<update> update_;

  std::shared_ptr<const table_definition> table_;
  std::string key_;
  std::optional<stored_item> before_;
  std::optional<stored_item> updated_;
  const stored_item* after_ = nullptr;
  bool decided_ = false;
};

}  // namespace dynamo::engine
