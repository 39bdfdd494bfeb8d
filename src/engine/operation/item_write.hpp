// A write of one item: PutItem, UpdateItem or DeleteItem, alone, in a batch or in a transaction.
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

/// Constructed before the transaction, then run through `locate`, `decide` and `carry_out` within
/// it, so that a transaction of several writes can stop between any two steps. Each step refuses
/// invalid requests. Refers to the call that it is constructed from. Not thread-safe.
class item_write {
 public:
  /// Parses everything that does not need the table.
  explicit item_write(const put_call& call);
  explicit item_write(const update_call& call);
  explicit item_write(const delete_call& call);
  explicit item_write(const check_call& call);
  /// For batch entries, which have no conditions.
  item_write(const std::string& table, const batch_put& entry);
  item_write(const std::string& table, const batch_delete& entry);
  item_write(const item_write&) = delete;
  item_write& operator=(const item_write&) = delete;

  /// Checks the key against the table, whose name must be `table_name()`.
  void locate(std::shared_ptr<const table_definition> table);
  /// Checks the condition and creates the new item.
  void decide(const snapshot& in);
  /// Decides again after `undo`.
  void carry_out(transaction& in);
  /// Releases the items of `before` and `after`, which may take megabytes each.
  void undo();

  [[nodiscard]] const std::string& table_name() const noexcept { return table_name_; }
  /// The size of the action in a transaction, as DynamoDB Local counts it: its item or key, the
  /// text of its expressions, and each use of a name or value in them. The stored item does not
  /// count.
  [[nodiscard]] std::uint64_t payload() const;

  /// Valid after `locate`.
  [[nodiscard]] const table_definition& table() const noexcept { return *table_; }
  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  /// May contain attributes besides the key's.
  [[nodiscard]] const item& key_item() const noexcept { return given_.view(); }

  /// Valid after `decide`; null: no item.
  [[nodiscard]] const stored_item* before() const noexcept { return before_ ? &*before_ : nullptr; }
  [[nodiscard]] const stored_item* after() const noexcept { return after_; }
  /// Appends the object in Attributes of a response. Returns false if there is none.
  [[nodiscard]] bool append_returned(std::string& out, return_values wanted) const;
  /// Bytes of the JSON of `before` and `after`. Their views take up to twice as many.
  [[nodiscard]] std::uint64_t held() const;

 private:
  enum class kind : std::uint8_t { put, update, remove, check };
  // Exactly one of `key` and `put` is given.
  item_write(kind what, const std::string& table, const owned_item* key, const stored_item* put,
             const write_base* expressions, const std::string* update_text = nullptr);
  void check_condition() const;
  void make_updated();

  const kind kind_;
  const std::string& table_name_;
  const write_base* const expressions_;  // null: no expressions
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
