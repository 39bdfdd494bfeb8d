// Handling a variant's alternatives with one function each.
#pragma once

#include <utility>
#include <variant>

namespace dynamo {
namespace detail {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace detail

/// Calls the one of `handlers` that takes what `message`, a std::variant, holds; all return the
/// same type. An alternative without a handler does not compile. A moved message may be moved from.
template <class Message, class... Handlers>
decltype(auto) visit(Message&& message, Handlers&&... handlers) {
  return std::visit(detail::overloaded{std::forward<Handlers>(handlers)...},
                    std::forward<Message>(message));
}

}  // namespace dynamo
