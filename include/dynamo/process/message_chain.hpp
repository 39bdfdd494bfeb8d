// Messages in separately allocated nodes, so that queueing neither moves nor allocates.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace dynamo::detail {

/// A message of any type, as a node of a chain.
struct message_node {
  message_node() = default;
  message_node(const message_node&) = delete;
  message_node& operator=(const message_node&) = delete;
  virtual ~message_node() = default;

  std::unique_ptr<message_node> next{};
  std::size_t bytes = 0;
};

using message_ptr = std::unique_ptr<message_node>;

template <class M>
struct message_of final : message_node {
  std::optional<M> message{};
};

/// Memory for one message: a message posted with it cannot fail for lack of memory.
template <class M>
using message_room = std::unique_ptr<message_of<M>>;

/// Messages in the order they were added. Not thread-safe. Neither allocates nor throws.
class message_chain {
 public:
  message_chain() = default;
  message_chain(const message_chain&) = delete;
  message_chain& operator=(const message_chain&) = delete;
  ~message_chain() {
    while (pop()) {  // one at a time: destroying a chain of pointers would recurse
    }
  }

  void push(message_ptr message) noexcept {
    message_node* const added = message.get();
    (last_ == nullptr ? first_ : last_->next) = std::move(message);
    last_ = added;
  }
  /// Returns null if the chain is empty.
  message_ptr pop() noexcept {
    message_ptr taken = std::move(first_);
    if (taken) first_ = std::move(taken->next);
    if (!first_) last_ = nullptr;
    return taken;
  }
  void swap(message_chain& other) noexcept {
    first_.swap(other.first_);
    std::swap(last_, other.last_);
  }

 private:
  message_ptr first_;
  message_node* last_ = nullptr;
};

}  // namespace dynamo::detail
