// A call that waits for credentials: its provider may answer late, twice or never.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

namespace dynamo::wire {

class wire_call;
class credential_search;

/// The searches of one connection. Outlives the connection: a handler that a provider keeps may be
/// called after the connection was destroyed. Thread-safe.
class credential_searches {
 public:
  /// Takes the calls from all searches, passes them to `give_up`, and waits for the calls whose
  /// answer is being handled. Later searches are refused.
  void close(const std::function<void(wire_call&)>& give_up);

 private:
  friend class credential_search;

  // Without the lock: the connection may end once no call is busy.
  void release(std::shared_ptr<wire_call> call);

  std::mutex mutex_;
  std::condition_variable changed_;
  credential_search* first_ = nullptr;  // of those that wait
  std::size_t busy_ = 0;                // calls that were taken from their search
  bool closed_ = false;
};

/// Keeps one call until the first answer, or until the handler is dropped. Thread-safe.
class credential_search {
 public:
  credential_search(std::shared_ptr<credential_searches> all, std::shared_ptr<wire_call> call);
  credential_search(const credential_search&) = delete;
  credential_search& operator=(const credential_search&) = delete;
  /// Drops the call if it was not answered.
  ~credential_search();

  /// False once it has been answered or given up.
  [[nodiscard]] bool waits() const;
  /// Passes the call to `use`, the first time; ignored afterwards.
  void answer(const std::function<void(wire_call&)>& use);

 private:
  friend class credential_searches;

  [[nodiscard]] std::shared_ptr<wire_call> take();  // with the lock

  const std::shared_ptr<credential_searches> all_;
  // With the lock of all.
  std::shared_ptr<wire_call> call_;
  credential_search* next_ = nullptr;
  credential_search* previous_ = nullptr;
};

}  // namespace dynamo::wire
