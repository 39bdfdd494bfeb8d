#include "engine/operation/item_write.hpp"

#include "engine/expression/update_actions.hpp"
#include "engine/operation/key_check.hpp"
#include "engine/operation/operation_context.hpp"
#include "engine/refusal.hpp"
#include "engine/store/index_entry.hpp"

#include <dynamo/value/json_writer.hpp>

#include <utility>

namespace dynamo::engine {
namespace {

constexpr const char* too_large = "Item size has exceeded the maximum allowed size";

// The limit is for the item and its entries in all local indexes together (developer guide, local
// secondary indexes).
bool is_too_large(const table_definition& table, const stored_item& item) {
  std::uint64_t size = item.size();
  std::size_t local = 0;
  for (const table_index& index : table.indexes) local += index.global ? 0 : 1;
  if (size * (1 + local) <= largest_item) return false;
  for (const table_index& index : table.indexes) {
    if (index.global) continue;
    const auto entry = store::index_entry::of(table, index, item);
    if (entry) size += entry->contents().size;
  }
  return size > largest_item;
}

}  // namespace

item_write::item_write(kind what, const std::string& table, const owned_item* key,
                       const stored_item* put, const write_base* expressions,
                       const std::string* update_text)
    : kind_(what),
      table_name_(table),
      expressions_(expressions),
      update_text_(update_text),
      given_key_(key != nullptr ? std::optional<stored_item>(*key) : std::nullopt),
      given_(put != nullptr ? *put : *given_key_) {
  if (kind_ == kind::put && given_.size() > largest_item) refuse_invalid(too_large);
  if (expressions_ == nullptr) return;
  with_.emplace(expressions_->with);
  if (expressions_->condition) {
    condition_ = condition::parse(*expressions_->condition, "ConditionExpression", *with_);
  }
  if (update_text != nullptr) update_ = update::parse(*update_text, *with_);
  with_->check_all_used(update_ || condition_);
}

item_write::item_write(const put_call& call)
    : item_write(kind::put, call.table, nullptr, &call.item, &call) {}
item_write::item_write(const update_call& call)
    : item_write(kind::update, call.table, &call.key, nullptr, &call,
                 call.update ? &*call.update : nullptr) {}
item_write::item_write(const delete_call& call)
    : item_write(kind::remove, call.table, &call.key, nullptr, &call) {}
item_write::item_write(const check_call& call)
    : item_write(kind::check, call.table, &call.key, nullptr, &call) {}
item_write::item_write(const std::string& table, const batch_put& entry)
    : item_write(kind::put, table, nullptr, &entry.item, nullptr) {}
item_write::item_write(const std::string& table, const batch_delete& entry)
    : item_write(kind::remove, table, &entry.key, nullptr, nullptr) {}

void item_write::locate(std::shared_ptr<const table_definition> table) {
  table_ = std::move(table);
  if (update_) update_->check_key(table_->key);
  if (kind_ == kind::put) {
    check_item(*table_, given_.view());
    if (is_too_large(*table_, given_)) refuse_invalid(too_large);
  } else {
    check_key(*table_, given_.view());
  }
  if (with_) check_scalar_keys(*table_, with_->nested_names());
  key_ = row_key(table_->key, given_.view());
}

void item_write::decide(const snapshot& in) {
  decided_ = true;
  before_ = in.find(table_->rows, key_);
  check_condition();
  switch (kind_) {
    case kind::put:
      after_ = &given_;
      break;
    case kind::update:
      make_updated();
      break;
    case kind::remove:
      after_ = nullptr;
      break;
    case kind::check:
      after_ = before();
      break;
  }
}

void item_write::check_condition() const {
  if (!condition_ || condition_->holds(before_ ? before_->view() : item{})) return;
  refusal failed("ConditionalCheckFailedException", "The conditional request failed");
  if (!before_ || !expressions_->old_item_on_failure) throw refusal(std::move(failed));
  throw refusal(std::move(failed).with(",\"Item\":" + std::string(before_->json())));
}

void item_write::make_updated() {
  // A missing item is represented by its key in an update, which may read the key.
  const item& before_it = before_ ? before_->view() : given_.view();
  if (update_) {
    updated_.emplace(update_->apply(before_it));
  } else if (before_) {
    after_ = before();
    return;
  } else {
    updated_.emplace(before_it.to_owned());
  }
  if (is_too_large(*table_, *updated_)) {
    refuse_large_update();
  }
  check_updated_item(*table_, updated_->view());
  after_ = &*updated_;
}

void item_write::carry_out(transaction& in) {
  if (!decided_) decide(in);
  if (kind_ == kind::check || (after_ == nullptr && !before_)) return;
  in.replace(*table_, key_, before(), after_);
}

bool item_write::append_returned(std::string& out, return_values wanted) const {
  const auto append_touched = [&](const stored_item* of) {
    if (!update_ || of == nullptr) return false;
    const owned_item touched = update_->touched(of->view());
    if (touched.empty()) return false;
    append_json(out, touched);
    return true;
  };
  const auto append_whole = [&](const stored_item* of) {
    if (of == nullptr) return false;
    out += of->json();
    return true;
  };
  switch (wanted) {
    case return_values::none:
      break;
    case return_values::all_old:
      return append_whole(before());
    case return_values::updated_old:
      return append_touched(before());
    case return_values::all_new:
      return append_whole(after_);
    case return_values::updated_new:
      return append_touched(after_);
  }
  return false;
}

void item_write::undo() {
  before_.reset();
  updated_.reset();
  after_ = nullptr;
  decided_ = false;
}

std::uint64_t item_write::payload() const {
  std::uint64_t bytes = given_.size() + (with_ ? with_->bytes_used() : 0);
  if (update_text_ != nullptr) bytes += update_text_->size();
  if (expressions_ != nullptr && expressions_->condition) bytes += expressions_->condition->size();
  return bytes;
}

std::uint64_t item_write::held() const {
  return (before_ ? before_->json().size() : 0) + (updated_ ? updated_->json().size() : 0);
}

}  // namespace dynamo::engine
