// Handles a variant's alternatives with one function each.
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

/// Calls the handler for the alternative that `message`, a std::variant, holds, and returns its
/// result; all handlers return the same type. An alternative without a handler does not compile. If
/// `message` is an rvalue, the handler may move from its argument.
template <class Message, class... Handlers>
decltype(auto) visit(Message&& message, Handlers&&... handlers) {
  return std::visit(detail::overloaded{std::forward<Handlers>(handlers)...},
                    std::forward<Message>(message));
}

}  // namespace dynamo
