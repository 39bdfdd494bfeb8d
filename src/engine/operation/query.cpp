#include "engine/expression/key_condition.hpp"
#include "engine/operation/key_check.hpp"
#include "engine/operation/operations.hpp"
#include "engine/operation/page_read.hpp"
#include "engine/refusal.hpp"

namespace dynamo::engine {
namespace {

// A filter must not name key attributes, which the key condition filters, nor attributes that an
// index lacks.
void check_filter(const page_read& page) {
  if (!page.has_filter()) return;
  for (const std::string_view name : page.filter().top_level_names()) {
    if (has_attribute(page.key(), name)) {
      refuse_invalid(
          "Filter Expression can only contain non-primary key attributes: Primary key attribute: " +
          std::string(name));
    }
    if (page.index() != nullptr && !page.table().projects(*page.index(), name)) {
      refuse_invalid("One or more parameter values were invalid: Secondary index " +
                     page.index()->name + " does not project one or more filter attributes: [" +
                     std::string(name) + "]");
    }
  }
}

bool lies_in(const std::string& key, const key_range& range) {
  return key >= range.begin && (range.end.empty() || key < range.end);
}

void check_start(const page_read& page, const std::string& start, const key_condition& wanted,
                 const key_range& range) {
  if (lies_in(start, range)) return;
  const key_range whole = range_of(page.key(), {wanted.partition, std::nullopt});
  refuse_invalid(
      lies_in(start, whole)
          ? "The provided starting key does not match the range key predicate"
          : "The provided starting key is outside query boundaries based on provided conditions");
}

}  // namespace

void query(operation_context& with, const query_call& call, body_buffer& answer) {
  page_read page(with, call);
  with.store.read([&](const snapshot& in) {
    page.locate(in);
    const auto wanted = key_condition::parse(*call.key_condition, page.key(), page.with());
    page.with().check_all_used(true);
    check_condition_values(wanted);
    check_filter(page);
    key_range range = range_of(page.key(), wanted);
    if (call.start) {
      const std::string start = page.start_row();
      check_start(page, start, wanted, range);
      range = rest_of(std::move(range), start, call.ascending);
    }
    page.run(in, range, call.ascending, answer);
  });
}

}  // namespace dynamo::engine
