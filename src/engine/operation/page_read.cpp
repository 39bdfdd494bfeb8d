#include "engine/operation/page_read.hpp"

#include "engine/operation/key_check.hpp"
#include "engine/refusal.hpp"
#include "engine/store/store_failure.hpp"

#include <dynamo/value/decode_context.hpp>
#include <dynamo/value/json_writer.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::uint64_t page_bytes = 1024 * 1024;
// Responses of at least this size get an estimate of their final size; growing a smaller one costs
// next to nothing.
constexpr std::size_t estimate_from = 64 * 1024;

// The attributes that an expression names and the index lacks.
std::string missing_in(const table_definition& table, const table_index& index,
                       const std::vector<std::string_view>& names) {
  std::string missing;
  for (const std::string_view name : names) {
    if (table.projects(index, name)) continue;
    if (!missing.empty()) missing += ", ";
    missing += name;
  }
  return missing;
}

}  // namespace

page_read::page_read(operation_context& with, const read_base& call)
    : context_(with), call_(call), substitutes_(call.with) {
  if (call.filter) {
    filter_ = condition::parse(*call.filter, "FilterExpression", substitutes_);
  }
  if (call.projection) projection_ = projection::parse(*call.projection, substitutes_);
}

const key_schema& page_read::key() const noexcept {
  return index_ == nullptr ? table_->key : index_->key;
}

void page_read::locate(const snapshot& in) {
  table_ = require_table(in, call_.table);
  if (call_.index) {
    index_ = table_->find_index(*call_.index);
    if (index_ == nullptr) {
      refuse_invalid("The table does not have the specified index: " + *call_.index);
    }
  }
  check_scalar_keys(*table_, substitutes_.nested_names());
  check_select();
  check_projection();
}

void page_read::check_select() const {
  if (index_ == nullptr || !index_->global) return;
  if (call_.consistent) {
    refuse_invalid("Consistent reads are not supported on global secondary indexes");
  }
  if (call_.selected == select::all_attributes && index_->projection != index_projection::all) {
    refuse_invalid(
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
        "for global secondary index " +
        index_->name + " because its projection type is not ALL");
  }
}

void page_read::check_projection() {
  if (index_ == nullptr || index_->projection == index_projection::all) return;
  if (!index_->global) fetches_ = call_.selected == select::all_attributes;
  if (!projection_) return;
  const std::string missing = missing_in(*table_, *index_, projection_->top_level_names());
  if (missing.empty()) return;
  if (index_->global) {
    refuse_invalid("One or more parameter values were invalid: Global secondary index " +
                   index_->name + " does not project [" + missing + "]");
  }
  fetches_ = true;
}

std::string page_read::start_row() const {
  const stored_item start(*call_.start);
  check_start_key(*table_, index_, start.view());
  if (index_ == nullptr) return row_key(table_->key, start.view());
  return row_key(*table_, *index_, start.view()).value();
}

void page_read::run(const snapshot& in, const key_range& range, bool ascending,
                    body_buffer& answer) {
  if (context_.limits != nullptr) context_.limits->require_reads(*table_, index_);
  const bool counts_only = call_.selected == select::count;
  answer.append(counts_only ? "{" : "{\"Items\":[");
  append_items(in, range, ascending, answer);
  std::string end = counts_only ? "" : "],";
  end += "\"Count\":" + std::to_string(count_);
  end += ",\"ScannedCount\":" + std::to_string(scanned_);
  if (!last_.empty()) end += ",\"LastEvaluatedKey\":" + last_;
  append_consumed(end);
  end += '}';
  answer.append(end);
}

void page_read::append_items(const snapshot& in, const key_range& range, bool ascending,
                             body_buffer& answer) {
  in.visit(index_ == nullptr ? table_->rows : index_->rows, range, ascending, [&](const row& each) {
    ++scanned_;
    size_ += each.size;
    read_size_ += each.size;
    if (!fetches_) {
      take(each.item, answer);
    } else {
      take_whole(in, each.item, answer);
    }
    const bool full = read_size_ >= page_bytes || (call_.limit && scanned_ == *call_.limit);
    if (full) note_last(each);
    return !full;
  });
}

void page_read::take_whole(const snapshot& in, std::string_view entry, body_buffer& answer) {
  const auto found = in.find(table_->rows, row_key(table_->key, parsed(entry)));
  if (!found) throw store_failure("An index has an entry without an item");
  read_size_ += found->size();
  fetched_ += read_units(found->size(), read_kind_of(call_.consistent));
  take(found->json(), answer);
}

void page_read::take(std::string_view json, body_buffer& answer) {
  if (filter_ && !filter_->holds(parsed(json))) return;
  ++count_;
  if (call_.selected == select::count) return;
  if (!projection_) return append_item(json, answer);
  projected_.clear();
  projection_->append(projected_, filter_ ? row_ : parsed(json));
  append_item(projected_, answer);
}

void page_read::append_item(std::string_view json, body_buffer& answer) {
  const std::size_t needed = answer.size() + json.size() + 1;
  if (needed > answer.capacity() && needed > estimate_from) {
    answer.reserve(std::max(needed, expected_size(answer.size())));
  }
  if (count_ > 1) answer.append(",");
  answer.append(json);
}

// The page's estimated size, extrapolated from its beginning, with some room.
std::size_t page_read::expected_size(std::size_t so_far) const {
  const auto share = [&](std::uint64_t all, std::uint64_t part) {
    return static_cast<double>(all) / static_cast<double>(std::max<std::uint64_t>(part, 1));
  };
  double growth = share(page_bytes, read_size_);
  if (call_.limit) growth = std::min(growth, share(*call_.limit, scanned_));
  return static_cast<std::size_t>(static_cast<double>(so_far) * growth * 1.07) + 4096;
}

void page_read::note_last(const row& last) {
  const item& of = parsed(last.item);
  last_ = "{";
  const auto append = [&](const key_attribute& attribute) {
    detail::append_json_key(last_, attribute.name);
    append_json(last_, of[attribute.name].to_owned());
  };
  append(table_->key.partition_key);
  if (table_->key.sort_key) append(*table_->key.sort_key);
  const auto append_missing = [&](const key_attribute& attribute) {
    if (!has_attribute(table_->key, attribute.name)) append(attribute);
  };
  if (index_ != nullptr) append_missing(index_->key.partition_key);
  if (index_ != nullptr && index_->key.sort_key) append_missing(*index_->key.sort_key);
  last_ += '}';
}

void page_read::append_consumed(std::string& out) {
  if (call_.capacity == returned_capacity::none && context_.limits == nullptr) return;
  consumption consumed(call_.table);
  const capacity_units units = read_units(size_, read_kind_of(call_.consistent));
  if (index_ == nullptr) {
    consumed.add(units);
  } else {
    consumed.add(*index_, units);
    consumed.add(fetched_);
  }
  if (context_.limits != nullptr) context_.limits->spend_reads(*table_, consumed);
  if (call_.capacity == returned_capacity::none) return;
  detail::append_json_key(out, "ConsumedCapacity");
  consumed.append(out, call_.capacity);
}

const item& page_read::parsed(std::string_view json) {
  // The reader requires zero bytes after the text, which rows do not have.
  row_text_.clear();
  row_text_.append(json);
  row_text_.finish();
  nodes_.clear();
  detail::decode_context context(detail::json_cursor(row_text_.data()), nodes_);
  if (!parser_.parse(context, row_)) {
    throw store_failure("An item cannot be read: " + context.take_error("").message);
  }
  return row_;
}

}  // namespace dynamo::engine
