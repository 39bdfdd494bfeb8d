// RAII for SQLite: connections, cached statements, failures as exceptions.
#pragma once

#include "engine/store/store_failure.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace dynamo::engine::store {

class connection;

struct statement_end {
  void operator()(sqlite3_stmt* of) const noexcept;
};
using statement_handle = std::unique_ptr<sqlite3_stmt, statement_end>;

/// A statement in use; its connection reuses it when the same text is prepared again. Must be
/// destroyed before its connection, and on its thread. Functions throw `store_failure`.
class statement {
 public:
  statement(statement&& other) noexcept = default;
  statement& operator=(statement&&) = delete;
  ~statement();

  // Parameters, from 1 on. Texts and blobs are not copied: they must live until the last `step`.
  statement& bind(int at, std::uint64_t value);
  statement& bind_signed(int at, std::int64_t value);
  statement& bind_text(int at, std::string_view value);
  statement& bind_blob(int at, std::string_view value);
  statement& bind_null(int at);

  /// True if there is a row; false at the end.
  bool step();
  /// Runs a statement that returns no rows.
  void run();
  /// Restarts the statement with the same parameters.
  void reset() noexcept;

  // Columns of the row, from 0 on. Views are valid until the next `step`.
  [[nodiscard]] std::uint64_t integer(int column) const;
  [[nodiscard]] std::int64_t signed_integer(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class connection;
  using kept = std::vector<statement_handle>;
  statement(connection& on, kept& home, statement_handle handle)
      : connection_(&on), home_(&home), handle_(std::move(handle)) {}
  void check(int code) const;

  connection* connection_;
  kept* home_;
  statement_handle handle_;
};

/// One connection. Used by one thread at a time.
class connection {
 public:
  /// Opens `path`, or a URI, with SQLite's flags (SQLITE_OPEN_NOMUTEX is added) and the VFS of the
  /// given name (null: the default). `name` is the database's name in messages. Throws
  /// `store_failure`.
  connection(std::string name, const std::string& path, int flags, const char* vfs);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// A statement with this text: a free cached one, or a new one.
  [[nodiscard]] statement prepare(std::string_view sql);
  /// Runs statements without parameters.
  void execute(const std::string& sql);
  /// The integer result of a statement without parameters; 0 if there is no row.
  [[nodiscard]] std::int64_t integer_of(std::string_view sql);
  /// Finalizes all cached statements. None may be in use.
  void forget_statements() noexcept { kept_.clear(); }
  /// The number of texts with cached statements.
  [[nodiscard]] std::size_t kept_statements() const noexcept { return kept_.size(); }

  /// The number of rows that the last statement changed.
  [[nodiscard]] std::uint64_t changed() const noexcept;
  /// The number of rows changed since the connection was opened.
  [[nodiscard]] std::uint64_t total_changed() const noexcept;
  /// False also after a failure that made SQLite roll back the transaction.
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }
  /// Throws the last error.
  [[noreturn]] void fail(int code) const;

  /// The context of the running statement; for SQL functions, whose user data is the connection.
  void* under_way = nullptr;

 private:
  struct end {
    void operator()(sqlite3* of) const noexcept;
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::string name_;
  std::unique_ptr<sqlite3, end> handle_;
  // References into a node stay valid while others are added.
  std::unordered_map<std::string, statement::kept, text_hash, std::equal_to<>> kept_;
};

}  // namespace dynamo::engine::store
