#include "engine/store/sqlite_database.hpp"

#include "engine/store/consistency.hpp"
#include "engine/store/writer.hpp"

#include <utility>

namespace dynamo::engine::store {
namespace {

// Each takes some kilobytes; a database may have thousands of tables, with several statements each.
constexpr std::size_t most_statements = 500;

}  // namespace

sqlite_database::sqlite_database(std::unique_ptr<connection> opened, std::shared_ptr<clock> time)
    : writing_(std::move(opened)),
      clock_(time ? std::move(time) : system_clock_source()),
      group_([this](std::span<pending_write* const> group) { run_group(group); }) {}

void sqlite_database::read(const std::function<void(const snapshot&)>& work) {
  with_reader([&](session& reader) { work(reading<snapshot>(reader)); });
}

void sqlite_database::write(const std::function<void(transaction&)>& work) {
  group_.write([&](writer& changes) { work(changes); });
}

void sqlite_database::write_decided(const std::function<void(transaction&)>& work) {
  group_.write([&](writer& changes) { work(changes); }, true);
}

std::size_t sqlite_database::remove_expired(std::int64_t now, std::size_t limit) {
  std::size_t removed = 0;
  group_.write([&](writer& changes) { removed = changes.remove_expired(now, limit); });
  return removed;
}

std::size_t sqlite_database::trim_changes(std::chrono::system_clock::time_point when,
                                          std::size_t limit) {
  std::size_t trimmed = 0;
  group_.write([&](writer& changes) { trimmed = changes.trim_changes(when, limit); });
  return trimmed;
}

bool sqlite_database::compact(const std::stop_token& stop) {
  bool done = false;
  group_.alone([&] { done = rewrite(stop); });
  return done;
}

std::vector<std::string> sqlite_database::check() {
  std::vector<std::string> found;
  with_reader([&](session& reader) { found = inconsistencies(reader); });
  return found;
}

committed sqlite_database::commit_through(std::span<pending_write* const> group, undo how) {
  const committed outcome = commit(writing_, *clock_, group, how);
  if (outcome.has_dropped) drops_.fetch_add(1);
  refresh(writing_);
  return outcome;
}

void sqlite_database::refresh(session& idle) const {
  const std::uint64_t drops = drops_.load();
  if (idle.drops_seen == drops && idle.file->kept_statements() < most_statements) return;
  idle.file->forget_statements();
  idle.drops_seen = drops;
}

}  // namespace dynamo::engine::store
