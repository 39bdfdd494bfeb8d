#include "scan/checkpoint_journal.hpp"

#include "scan/item_marks.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace dynamo::scan {
namespace {

class journal_receipt final : public page_receipt {
 public:
  journal_receipt(std::shared_ptr<checkpoint_journal> journal, std::uint32_t segment,
                  std::uint64_t number, std::uint64_t items)
      : journal_(std::move(journal)), segment_(segment), number_(number), marks_(items) {}

  result<void> acknowledge(std::uint64_t first, std::uint64_t count) override {
    if (marks_.mark(first, count)) journal_->acknowledge(segment_, number_);
    return journal_->save_if_due();
  }

 private:
  const std::shared_ptr<checkpoint_journal> journal_;
  const std::uint32_t segment_;
  const std::uint64_t number_;
  item_marks marks_;
};

[[noreturn]] void refuse(errc kind, std::string message) {
  throw exception({.kind = kind, .message = std::move(message)});
}

error thrown(std::string_view what) {
  error failure;
  failure.kind = errc::callback;
  failure.message = "cannot save the checkpoint: ";
  failure.message += what;
  return failure;
}

// Requires UTF-8 of values that are written into the checkpoint unchanged.
void require_text(std::string_view what, std::string_view value) {
  if (dynamo::detail::is_utf8(value)) return;
  refuse(errc::invalid_argument, std::string(what) + " is not UTF-8");
}

// Returns the store's checkpoint of this scan; an empty one if the store holds nothing.
checkpoint kept_by(const checkpoint_store& store, const scan_identity& identity,
                   std::optional<resumed_scan>& resumed) {
  const std::optional<std::string> text = store.load().value();
  if (!text)
    return {.of = identity, .segments = std::vector<checkpoint_segment>(identity.segments)};
  checkpoint kept = parse_checkpoint(*text, store.name()).value();
  if (const auto other = difference(kept.of, identity)) {
    refuse(errc::checkpoint, "the checkpoint '" + store.name() + "' belongs to another scan: " +
                                 *other + "; use the same options, or another checkpoint");
  }
  resumed = resumed_scan{.complete = kept.is_complete(),
                         .items = kept.items(),
                         .pages = kept.pages(),
                         .note = kept.note};
  for (const checkpoint_segment& each : kept.segments) {
    resumed->positions.push_back(each.position);
  }
  return kept;
}

}  // namespace

void journal_watchers::saved(const result<void>& outcome, const std::string& store,
                             std::chrono::nanoseconds took) const {
  meter(metrics, metric::checkpoint_saves,
        {.table = table, .outcome = outcome ? "success" : to_string(outcome.error().kind)})
      .add();
  const log_event event = outcome ? log_event::checkpoint_saved : log_event::checkpoint_failed;
  if (!wanted(log, event)) return;
  log_record record{.event = event};
  record.table = table;
  record.delay = std::chrono::round<std::chrono::milliseconds>(took);
  if (!outcome) record.cause = to_string(outcome.error().kind);
  record.detail = outcome ? store : outcome.error().message;
  log->write(std::move(record));
}

checkpoint_journal::checkpoint_journal(held_store store, scan_identity identity,
                                       std::chrono::milliseconds interval, note_function note,
                                       now_function now, journal_watchers watchers)
    : store_(std::move(store)),
      identity_(std::move(identity)),
      interval_(interval),
      note_(std::move(note)),
      now_(std::move(now)),
      watchers_(std::move(watchers)),
      ledger_(kept_by(*store_, identity_, resumed_).segments),
      complete_(resumed_ && resumed_->complete),
      next_save_(now_() + interval_) {}

std::vector<segment_position> checkpoint_journal::positions() const {
  const std::lock_guard lock(mutex_);
  std::vector<segment_position> found;
  found.reserve(ledger_.segments().size());
  for (const checkpoint_segment& each : ledger_.segments()) found.push_back(each.position);
  return found;
}

void checkpoint_journal::hand_out(page& taken) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ledger_.hand_out(taken.segment, taken.wanted, std::string(taken.last_evaluated_key()));
  }
  if (taken.wanted == 0) {
    // A page that claims to have no items, but has some, is refused when it is decoded.
    if (taken.is_empty()) acknowledge(taken.segment, number);
  } else {
    taken.receipt =
        std::make_shared<journal_receipt>(shared_from_this(), taken.segment, number, taken.wanted);
  }
}

void checkpoint_journal::rewind(const std::vector<segment_position>& positions) {
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < positions.size(); ++i) ledger_.rewind(i, positions[i]);
}

void checkpoint_journal::acknowledge(std::uint32_t segment, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  if (!ledger_.acknowledge(segment, number)) return;
  complete_ = ledger_.is_complete() || (identity_.limit != 0 && ledger_.items() >= identity_.limit);
  moved_ = true;
}

result<void> checkpoint_journal::save_if_due() {
  if (!moved_) return {};
  std::unique_lock saving(saving_, std::defer_lock);
  if (complete_ || sources_ == 0) {
    saving.lock();
  } else {
    // Another thread that saves now saves this position too, or the next save does.
    if (!saving.try_lock() || now_() < next_save_) return {};
  }
  return write();
}

result<void> checkpoint_journal::save() {
  const std::lock_guard saving(saving_);
  return write();
}

result<void> checkpoint_journal::write() {
  if (!moved_.exchange(false)) return {};
  const auto begun = now_();
  next_save_ = begun + interval_;
  checkpoint now{.of = identity_};
  {
    // Before the note is made: the note includes the results up to these positions, and may be
    // ahead of them only by items that were not acknowledged yet.
    const std::lock_guard lock(mutex_);
    now.segments = ledger_.segments();
  }
  // Both are user code, and the destructor of a source must not throw.
  auto save = [&]() -> result<void> {
    try {
      if (note_) now.note = note_();
      require_text("the checkpoint's note", now.note);
      const std::string text = to_text(now);
      if (text.size() > max_checkpoint_bytes) {
        refuse(errc::invalid_argument,
               "the checkpoint is longer than 256 MiB: use fewer segments, or return a shorter "
               "note");
      }
      return store_->save(text);
    } catch (const exception& failure) {
      return failure.details();
    } catch (const std::exception& failure) {
      return thrown(failure.what());
    } catch (...) {
      return thrown("an exception that is not a std::exception was thrown");
    }
  };
  result<void> saved = save();
  if (!saved) moved_ = true;
  watchers_.saved(saved, store_->name(), now_() - begun);
  return saved;
}

std::shared_ptr<checkpoint_journal> open_journal(const std::shared_ptr<backend>& from,
                                                 const std::string& table,
                                                 const scan_options& options) {
  if (options.checkpoint_interval < std::chrono::milliseconds(0)) {
    refuse(errc::invalid_argument, "checkpoint_interval is negative: use 0 or more");
  }
  if (options.select == select::count) {
    refuse(errc::invalid_argument,
           "checkpoint cannot be used with select::count: a count has no items to acknowledge");
  }
  require_text("filter_expression", options.filter_expression);
  require_text("projection_expression", options.projection_expression);
  require_text("index_name", options.index_name);
  for (const auto& [name, stands_for] : options.expression_attribute_names) {
    require_text("a name of expression_attribute_names", name + stands_for);
  }
  // Acquired first: a checkpoint in use is refused without a request.
  held_store store(options.checkpoint);
  journal_watchers watchers{.table = table, .metrics = from->metrics(), .log = from->log()};
  const client db(from);
  table_description described =
      db.describe_table(table, {.stop = options.stop, .deadline = options.deadline});
  if (described.name.empty()) described.name = table;
  return std::make_shared<checkpoint_journal>(
      std::move(store), identity_of(described, options), options.checkpoint_interval,
      options.checkpoint_note, [from] { return from->now(); }, std::move(watchers));
}

}  // namespace dynamo::scan
