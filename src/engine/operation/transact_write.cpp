#include "engine/operation/batch_response.hpp"
#include "engine/operation/collection_metrics.hpp"
#include "engine/operation/item_write.hpp"
#include "engine/operation/operations.hpp"
#include "engine/operation/transact_response.hpp"

#include <dynamo/value/json_writer.hpp>

#include <deque>
#include <functional>
#include <vector>

namespace dynamo::engine {
namespace {

// Bytes of items that a transaction keeps between its conditions and its writes. Items beyond that
// are read again: a hundred large items would take gigabytes.
constexpr std::uint64_t most_held = 16 * 1024 * 1024;

void append_part(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void append_fingerprint(std::string& out, const write_base& of) {
  append_part(out, of.table);
  append_part(out, of.condition.value_or(""));
  out += of.old_item_on_failure ? '1' : '0';
  for (const auto& [name, value] : of.with.names.value_or(attribute_names{})) {
    append_part(out, name);
    append_part(out, value);
  }
  if (of.with.values) append_json(out, *of.with.values);
}

// A fingerprint of the request, independent of how its JSON is written.
std::uint64_t fingerprint_of(const transact_write_call& call) {
  std::string text;
  text += std::to_string(static_cast<int>(call.capacity));
  text += call.collection_metrics ? '1' : '0';
  for (const auto& action : call.actions) {
    text += std::to_string(action.index());
    std::visit([&](const write_base& each) { append_fingerprint(text, each); }, action);
    if (const auto* const put = std::get_if<put_call>(&action)) text += put->item.json();
    if (const auto* const check = std::get_if<check_call>(&action)) append_json(text, check->key);
    if (const auto* const gone = std::get_if<delete_call>(&action)) append_json(text, gone->key);
    if (const auto* const changed = std::get_if<update_call>(&action)) {
      append_json(text, changed->key);
      append_part(text, changed->update.value_or(""));
    }
  }
  return std::hash<std::string>{}(text);
}

// A transaction in progress. Its token is released if it fails.
class write_transaction {
 public:
  write_transaction(operation_context& with, const transact_write_call& call);
  ~write_transaction();
  write_transaction(const write_transaction&) = delete;
  write_transaction& operator=(const write_transaction&) = delete;

  void run(transaction& in);
  /// Measures the changed collections, after the commit.
  void measure(const snapshot& in);
  /// After the commit.
  [[nodiscard]] std::string answer();

 private:
  template <class Step>
  void collect(Step&& step);
  void charge(const item_write& write);

  operation_context& with_;
  const transact_write_call& call_;
  const std::uint64_t fingerprint_;
  std::deque<item_write> writes_;
  std::vector<consumption> consumed_;
  collection_metrics metrics_;
  bool repeated_ = false;
  bool holds_token_ = false;
};

write_transaction::write_transaction(operation_context& with, const transact_write_call& call)
    : with_(with), call_(call), fingerprint_(call.token.empty() ? 0 : fingerprint_of(call)) {
  std::uint64_t payload = 0;
  for (const auto& action : call.actions) {
    std::visit([&](const auto& each) { writes_.emplace_back(each); }, action);
    payload += writes_.back().payload();
    if (payload > largest_transaction) refuse_payload(payload);
  }
}

write_transaction::~write_transaction() {
  if (holds_token_) with_.tokens.release(call_.token);
}

// Runs one step for all actions; cancels the transaction if one is refused.
template <class Step>
void write_transaction::collect(Step&& step) {
  cancellation_reasons reasons(writes_.size());
  for (std::size_t i = 0; i < writes_.size(); ++i) {
    reasons.collect(i, [&] { step(writes_[i]); });
  }
  reasons.require_none();
}

void write_transaction::run(transaction& in) {
  collect([&](item_write& each) { each.locate(require_table(in, each.table_name())); });
  std::vector<std::pair<row_set, std::string_view>> items;
  items.reserve(writes_.size());
  for (const item_write& each : writes_) items.emplace_back(each.table().rows, each.key());
  require_distinct(std::move(items));
  if (!call_.token.empty()) {
    const auto taken = with_.tokens.take(call_.token, fingerprint_, with_.options.time->now());
    repeated_ = taken == recent_tokens::outcome::repeated;
    holds_token_ = !repeated_;
  }
  if (repeated_) {
    for (const item_write& each : writes_) {
      consumption cost(each.table_name());
      const auto found = in.find(each.table().rows, each.key());
      cost.add(read_units(found ? found->size() : 0, read_kind::transactional));
      add_to(consumed_, cost);
    }
    return;
  }
  if (with_.limits != nullptr) {
    collect([&](const item_write& each) { with_.limits->require_writes(each.table()); });
  }
  std::uint64_t held = 0;
  collect([&](item_write& each) {
    each.decide(in);
    held += each.held();
    if (held <= most_held) return;
    held -= each.held();
    each.undo();
  });
  for (item_write& each : writes_) {
    each.carry_out(in);
    charge(each);
    each.undo();
  }
}

void write_transaction::measure(const snapshot& in) {
  if (repeated_) return;
  for (const item_write& each : writes_) metrics_.note(in, each.table(), each.key_item());
}

void write_transaction::charge(const item_write& write) {
  if (call_.capacity == returned_capacity::none && with_.limits == nullptr) return;
  consumption cost(write.table_name());
  cost.add_write(write.table(), write.before(), write.after(), write_kind::transactional);
  if (with_.limits != nullptr) with_.limits->spend_writes(write.table(), cost);
  add_to(consumed_, cost);
}

std::string write_transaction::answer() {
  if (holds_token_) with_.tokens.confirm(call_.token);
  holds_token_ = false;
  std::string out = "{";
  if (call_.capacity != returned_capacity::none) {
    detail::append_json_key(out, "ConsumedCapacity");
    append_json_list(out, consumed_, [&](const consumption& each) {
      each.append(out, call_.capacity, repeated_ ? "ReadCapacityUnits" : "WriteCapacityUnits");
    });
  }
  metrics_.append(out);
  out += '}';
  return out;
}

}  // namespace

void transact_write(operation_context& with, const transact_write_call& call, body_buffer& answer) {
  write_transaction work(with, call);
  with.store.write([&](transaction& in) { work.run(in); });
  if (call.collection_metrics) with.store.read([&](const snapshot& in) { work.measure(in); });
  answer.append(work.answer());
}

}  // namespace dynamo::engine
