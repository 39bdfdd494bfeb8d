#include "engine/store/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <new>
#include <utility>

namespace dynamo::engine {
namespace store {
namespace {

int size_of_text(const connection& on, std::string_view text) {
  // SQLite's own limit is below this.
  constexpr std::size_t most = 1'000'000'000;
  if (text.size() > most) on.fail(SQLITE_TOOBIG);
  return static_cast<int>(text.size());
}

// What the user can do about a SQLite failure; begins with the separator that follows the failure.
std::string_view advice_for(int code) {
  if ((code & 0xFF) == SQLITE_FULL) return "; make room on its disk, then try again";
  if (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC) {
    return "; check its disk, and whether a limit on file sizes is reached";
  }
  return "";
}

// A null pointer would be NULL.
const char* begin_of(std::string_view text) {
  return text.data() == nullptr ? "" : text.data();
}

}  // namespace

void statement_end::operator()(sqlite3_stmt* of) const noexcept {
  sqlite3_finalize(of);
}

statement::~statement() {
  if (!handle_) return;
  reset();
  try {
    home_->push_back(std::move(handle_));
    // NOLINTNEXTLINE(bugprone-empty-catch): it is finalized instead of cached
  } catch (const std::bad_alloc&) {
  }
}

void statement::check(int code) const {
  if (code != SQLITE_OK) [[unlikely]]
    connection_->fail(code);
}

statement& statement::bind(int at, std::uint64_t value) {
  return bind_signed(at, static_cast<std::int64_t>(value));
}

statement& statement::bind_signed(int at, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), at, value));
  return *this;
}

statement& statement::bind_text(int at, std::string_view value) {
  check(sqlite3_bind_text(handle_.get(), at, begin_of(value), size_of_text(*connection_, value),
                          SQLITE_STATIC));
  return *this;
}

statement& statement::bind_blob(int at, std::string_view value) {
  check(sqlite3_bind_blob(handle_.get(), at, begin_of(value), size_of_text(*connection_, value),
                          SQLITE_STATIC));
  return *this;
}

statement& statement::bind_null(int at) {
  check(sqlite3_bind_null(handle_.get(), at));
  return *this;
}

bool statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) [[unlikely]]
    connection_->fail(code);
  return false;
}

void statement::run() {
  while (step()) {
  }
}

void statement::reset() noexcept {
  // Repeats the code of a failed step, which was already reported.
  sqlite3_reset(handle_.get());
}

std::uint64_t statement::integer(int column) const {
  return static_cast<std::uint64_t>(signed_integer(column));
}

std::int64_t statement::signed_integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string_view statement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

void connection::end::operator()(sqlite3* of) const noexcept {
  sqlite3_close_v2(of);
}

connection::connection(std::string name, const std::string& path, int flags, const char* vfs)
    : name_(std::move(name)) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, vfs);
  handle_.reset(opened);
  if (!handle_) throw store_failure("cannot open '" + name_ + "': out of memory", SQLITE_NOMEM);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(opened, 1);
}

connection::~connection() {
  kept_.clear();
}

statement connection::prepare(std::string_view sql) {
  auto found = kept_.find(sql);
  if (found == kept_.end()) found = kept_.try_emplace(std::string(sql)).first;
  statement::kept& home = found->second;
  if (!home.empty()) {
    statement_handle handle = std::move(home.back());
    home.pop_back();
    return {*this, home, std::move(handle)};
  }
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_.get(), found->first.c_str(), size_of_text(*this, sql) + 1,
                         SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) fail(code);
  return {*this, home, statement_handle(made)};
}

void connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t connection::integer_of(std::string_view sql) {
  statement asked = prepare(sql);
  return asked.step() ? asked.signed_integer(0) : 0;
}

std::uint64_t connection::changed() const noexcept {
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_.get()));
}

std::uint64_t connection::total_changed() const noexcept {
  return static_cast<std::uint64_t>(sqlite3_total_changes64(handle_.get()));
}

bool connection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

void connection::fail(int code) const {
  // The connection's own message is more specific, if it is about the same failure.
  const bool own =
      sqlite3_extended_errcode(handle_.get()) == code || sqlite3_errcode(handle_.get()) == code;
  const char* const text = own ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  store_failure failure(fmt::format("the database '{}' failed: {} (SQLite {}){}", name_, text, code,
                                    advice_for(code)),
                        code);
  if (is_damage(failure)) throw damage(name_, code);
  throw store_failure(std::move(failure));
}

}  // namespace store

bool is_damage(const store_failure& failure) noexcept {
  const int primary = failure.code() & 0xFF;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
         failure.code() == SQLITE_IOERR_DATA || failure.code() == SQLITE_IOERR_SHORT_READ;
}

store_failure damage(std::string_view database, int code, std::string_view table) {
  const std::string where = table.empty() ? "" : fmt::format(" in table '{}'", table);
  const char* const why =
      code == SQLITE_IOERR_DATA ? "a page has a wrong checksum" : sqlite3_errstr(code);
  return store_failure(fmt::format("the database '{}' is damaged{}: {} (SQLite {}); keep the file, "
                                   "and restore it from a backup",
                                   database, where, why, code),
                       code);
}

}  // namespace dynamo::engine
