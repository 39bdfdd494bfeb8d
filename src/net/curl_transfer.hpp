// One HTTP exchange on one curl easy handle.
#pragma once

#include "net/inbox.hpp"
#include "net/transport.hpp"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::net {

/// Runs requests one after another on one easy handle; setting up a handle costs more than reusing
/// it. Used by the network thread only. Not movable: curl holds pointers into it.
class curl_transfer {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `options` must outlive the transfer.
  curl_transfer(const transport_options& options, std::shared_ptr<inbox> box);
  curl_transfer(const curl_transfer&) = delete;
  curl_transfer& operator=(const curl_transfer&) = delete;
  ~curl_transfer();

  /// Prepares the handle for `job`. After an error the handle must not be started.
  [[nodiscard]] std::optional<transport_error> begin(start_command job, time_point now);
  /// Converts curl's result. Call it once after each `begin`, or do not call it and drop the
  /// request.
  [[nodiscard]] http_outcome finish(CURLcode code);
  /// Releases the request and the response and returns the handler.
  [[nodiscard]] std::function<void(http_outcome)> release();

  /// Asks the gate again if it refused before. A result other than CURLE_OK ends the transfer.
  [[nodiscard]] CURLcode resume(time_point now);

  /// Why the transfer must end: its deadline has passed by the transport's clock, whose time is
  /// `shown`, or it has stalled at `now`, which is real time as in all other functions.
  [[nodiscard]] std::optional<transport_error> expired(time_point now, time_point shown);
  /// When to check for a stall again; nothing if only a `resume` can change the result.
  [[nodiscard]] std::optional<time_point> stalls(time_point now) const;
  [[nodiscard]] std::optional<time_point> deadline() const noexcept {
    return job_.request.deadline;
  }

  [[nodiscard]] transport::transfer_id id() const noexcept { return job_.id; }
  [[nodiscard]] std::string_view url() const noexcept { return job_.request.url; }
  [[nodiscard]] CURL* handle() const noexcept { return easy_.get(); }

 private:
  struct easy_deleter {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  enum class opening : std::uint8_t { open, paused, failed };

  template <class Value>
  void set(CURLoption option, Value value);
  void set_up();
  void set_trust();
  void set_method();
  void set_headers();
  [[nodiscard]] http_outcome outcome_of(CURLcode code);
  [[nodiscard]] opening open_body();
  [[nodiscard]] std::size_t receive(std::string_view bytes);
  [[nodiscard]] opening fail(transport_errc kind, std::string message);

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) noexcept;
  static int on_connected(void* self, char*, char*, int, int) noexcept;

  const transport_options& options_;
  std::shared_ptr<inbox> inbox_;
  std::unique_ptr<CURL, easy_deleter> easy_;
  CURLcode setup_ = CURLE_OK;  // the first option that failed, if any
  bool unfit_bundle_ = false;  // the CA bundle is not a regular file
  std::array<char, CURL_ERROR_SIZE> detail_{};

  start_command job_;
  std::vector<curl_slist> header_nodes_;  // links the request's own strings, so none is copied
  http_response response_;
  std::optional<transport_error> failure_;  // set by a callback; curl only reports a failure
  std::size_t limit_ = 0;                   // of the body, in bytes
  std::size_t header_bytes_ = 0;
  bool head_complete_ = false;
  bool body_open_ = false;
  bool paused_ = false;
  bool refused_ = false;  // the gate refused the body and has not admitted it since
  bool connected_ = false;
  time_point paused_at_;
  std::chrono::nanoseconds waited_{};  // time spent waiting for the gate
  time_point last_activity_;
  curl_off_t uploaded_ = 0;  // bytes at the last check
};

}  // namespace dynamo::net
