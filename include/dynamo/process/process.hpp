// Processes: a state on its own thread that is accessed by messages only.
#pragma once

#include <dynamo/core/owned_thread.hpp>
#include <dynamo/process/mailbox.hpp>
#include <dynamo/process/process_core.hpp>

#include <chrono>
#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace dynamo {

template <class State, class Message>
class process;

/// A handle that sends messages to a process, as `mailbox_sender` does to a mailbox. Copies are
/// cheap.
///
/// Thread safety: all functions are thread-safe. Lifetime: may outlive the process.
template <class Message>
class process_sender {
 public:
  using message_type = Message;

  process_sender() = default;

  /// Sends a message; blocks while the process's mailbox is full. Returns false if the process has
  /// ended; the message is destroyed then. In a handler of the process itself use `try_send` or
  /// `post`: `send` would wait for itself.
  bool send(Message message) const { return to_.send(wrap(std::move(message))); }
  /// The same; also returns false if `stop` is requested or `until` passes before there is room.
  bool send(Message message, const std::stop_token& stop,
            const std::optional<deadline>& until = {}) const {
    return to_.send(wrap(std::move(message)), stop, until);
  }
  /// For the messages of a stream: see `mailbox_sender::send_lazily`.
  bool send_lazily(Message message, const std::stop_token& stop = {},
                   const std::optional<deadline>& until = {}) const {
    return to_.send_lazily(wrap(std::move(message)), stop, until);
  }
  /// For senders of this library, whose deadline may use another clock than the process's.
  bool send_within(Message message, const detail::send_limits& limits) const {
    return to_.send_within(wrap(std::move(message)), limits);
  }
  void flush() const { to_.flush(); }
  /// Sends `message` and moves from it if there is room at once.
  bool try_send(Message& message) const {
    auto wrapped = wrap(std::move(message));
    if (to_.try_send(wrapped)) return true;
    message = std::move(*std::get_if<0>(&wrapped.contents));
    return false;
  }
  /// Sends a message without blocking and regardless of the capacity: see `mailbox_sender::post`.
  bool post(Message message) const { return to_.post(wrap(std::move(message))); }
  using room = detail::message_room<detail::envelope<Message>>;
  /// See `mailbox_sender::reserve`.
  [[nodiscard]] static room reserve() { return mailbox_sender<envelope>::reserve(); }
  bool post(Message message, room&& in) const {
    return to_.post(wrap(std::move(message)), std::move(in));
  }
  /// Sends a message that the process handles when `delay` has passed, or `when` has come, by the
  /// clock of its mailbox, after the messages that wait then, however full the mailbox is: see
  /// `mailbox_sender::send_after`. Call it in a handler to repeat work at intervals.
  message_timer send_after(std::chrono::nanoseconds delay, Message message) const {
    return to_.send_after(delay, wrap(std::move(message)));
  }
  message_timer send_after(deadline when, Message message) const {
    return to_.send_after(when, wrap(std::move(message)));
  }
  /// Asks the process to end normally after the messages that were sent before. Never blocks.
  void stop() const { to_.post({contents(std::in_place_index<2>)}); }

  /// Returns true if the process has ended.
  [[nodiscard]] bool closed() const { return to_.closed(); }
  /// Returns a token that is requested when the process ends, on its thread.
  [[nodiscard]] std::stop_token close_token() const { return to_.close_token(); }

 private:
  template <class, class>
  friend class process;
  using envelope = detail::envelope<Message>;
  using contents = detail::envelope_contents<Message>;

  explicit process_sender(mailbox_sender<envelope> to) : to_(std::move(to)) {}
  static envelope wrap(Message&& message) {
    return {contents(std::in_place_index<0>, std::move(message))};
  }

  mailbox_sender<envelope> to_;
};

namespace detail {

template <class M>
inline constexpr bool is_variant = false;
template <class... Alternatives>
inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

template <class State, class M>
void handle_message(State& state, M&& message) {
  constexpr bool handled = requires { state.on(std::move(message)); };
  if constexpr (handled) {
    static_cast<void>(state.on(std::move(message)));
  } else if constexpr (is_variant<std::remove_cvref_t<M>>) {
    std::visit([&state](auto&& each) { handle_message(state, std::move(each)); },
               std::move(message));
  } else {
    static_assert(handled,
                  "dynamo: the state of a process needs a function on(message) for its message, or "
                  "one for each alternative of its std::variant.");
  }
}

/// The state shared by a process and its thread.
template <class State, class Message>
struct process_body {
  using inbox_type = mailbox<envelope<Message>>;

  explicit process_body(const mailbox_options& options)
      : inbox(std::make_shared<inbox_type>(make_inbox(options))) {}

  static std::shared_ptr<process_body> make(const mailbox_options& options) {
    auto made = std::make_shared<process_body>(options);
    // Links may keep the core alive a moment longer than the body. The inbox alone: on the thread
    // of a linked process the state must not be destroyed.
    made->core = std::make_shared<process_core>([weak = std::weak_ptr(made->inbox)] {
      if (const auto inbox = weak.lock()) inbox->close();
    });
    return made;
  }
  static inbox_type make_inbox(const mailbox_options& options) {
    if constexpr (measurable_message<Message>) {
      return inbox_type(options, [](const envelope<Message>& each) -> std::size_t {
        const auto* message = std::get_if<0>(&each.contents);
        return message == nullptr ? 0 : size_in_bytes(*message);
      });
    } else {
      return inbox_type(options);
    }
  }

  template <class Factory>
  void run(Factory& make, process_sender<Message> self) {
    std::exception_ptr failure;
    try {
      if constexpr (std::invocable<Factory&, process_sender<Message>>) {
        state.emplace(make(std::move(self)));
      } else {
        self = {};
        state.emplace(make());
      }
      core->started();
      while (auto next = inbox->receive()) {
        if (!handle(next->contents)) break;
      }
    } catch (...) {
      failure = std::current_exception();
    }
    inbox->close();
    core->end(std::move(failure));
  }

  bool handle(envelope_contents<Message>& contents) {
    if (auto* message = std::get_if<0>(&contents)) {
      handle_message(*state, std::move(*message));
      return true;
    }
    if (auto* call = std::get_if<1>(&contents)) {
      (*call)->run(&*state);
      return true;
    }
    return false;
  }

  const std::shared_ptr<inbox_type> inbox;
  std::optional<State> state;
  std::shared_ptr<process_core> core;
};

}  // namespace detail

/// A `State` on its own thread with a mailbox. `Message` is the type of its messages; `State::on`
/// accepts it, or has an overload for each alternative of a std::variant. Handlers are called one
/// at a time, in the order of the messages, and may move from their argument. A handler that throws
/// ends the process abnormally. Move-only.
///
/// `stop_and_join` handles the messages that were sent before it. The destructor drops them, and
/// waits for the handler that is running; it must not run on the process's own thread. Both make
/// senders return at once.
///
/// After a fork, the child cannot use the process: `call`, `stop_and_join` and `join` throw
/// errc::invalid_argument there, and the destructor does nothing.
///
/// Thread safety: all functions except `stop_and_join` and `join` are thread-safe.
template <class State, class Message = typename State::message>
class process {
 public:
  using message_type = Message;
  using state_type = State;
  using sender = process_sender<Message>;

  /// Starts the process with the state that `make` returns; `make` is called on the process's
  /// thread with no argument, or with a `sender` to the process itself. Blocks until the state
  /// exists.
  ///
  /// Throws the exception of `make`, and errc::invalid_argument as `mailbox` does.
  template <class Factory>
    requires(!std::same_as<std::remove_cvref_t<Factory>, process> &&
             (std::invocable<Factory&> || std::invocable<Factory&, process_sender<Message>>))
  explicit process(Factory make, const mailbox_options& options = {})
      : body_(body::make(options)), to_(body_->inbox->get_sender()) {
    thread_ = detail::owned_thread(
        [shared = body_, make = std::move(make), self = sender(to_)]() mutable {
          shared->run(make, std::move(self));
        });
    body_->core->wait_until_started();
    if (!body_->state && body_->core->ended()) {
      thread_.join();
      std::rethrow_exception(body_->core->failure());
    }
  }
  process(process&&) noexcept = default;
  process& operator=(process&& other) noexcept {
    if (this != &other) {
      end();
      body_ = std::move(other.body_);
      to_ = std::move(other.to_);
      thread_ = std::move(other.thread_);
    }
    return *this;
  }
  ~process() { end(); }

  [[nodiscard]] sender get_sender() const { return sender(to_); }

  /// Sends a message; see `process_sender::send`.
  bool cast(Message message) const { return get_sender().send(std::move(message)); }

  /// Runs `f(State&)` on the process's thread, after the messages that were sent before, and
  /// returns its result.
  ///
  /// Throws the exception of `f`, which does not affect the process; errc::cancelled if the process
  /// ends before; errc::invalid_argument on the process's own thread.
  template <class F>
  std::invoke_result_t<F&, State&> call(F&& f) const {
    using answer = std::invoke_result_t<F&, State&>;
    refuse_elsewhere();
    static_assert(!std::is_reference_v<answer>,
                  "dynamo: a call must return a value: through a reference two threads would use "
                  "the state.");
    if (body_->core->is_this_thread()) detail::called_by_itself();
    auto answered = std::make_shared<detail::call_response<answer>>();
    using work = detail::call_work<State, std::remove_reference_t<F>, answer>;
    // If the message is refused, the work is destroyed, which also settles the answer.
    to_.send({contents(std::in_place_index<1>, std::make_unique<work>(f, answered))});
    answered->wait();
    if constexpr (!std::is_void_v<answer>) return std::move(*answered->value);
  }

  /// Posts `as_message(process_end)` to a mailbox or another process when this process ends; at
  /// once, on the calling thread, if it has ended. Otherwise `as_message` runs on this process's
  /// thread; if it throws, nothing is posted, and a process that had ended normally has failed with
  /// that exception. The memory of the message is reserved by this call.
  template <class Sender, class F>
  void monitor(Sender to, F as_message) const {
    auto room = std::make_shared<typename Sender::room>(to.reserve());
    body_->core->observe([to = std::move(to), as_message = std::move(as_message),
                          room = std::move(room)](const process_end& how) {
      to.post(as_message(how), std::move(*room));
    });
  }
  /// Links two processes: the abnormal end of either ends the other with the same reason, after the
  /// message that it is handling. A normal end has no effect.
  template <class OtherState, class OtherMessage>
  void link(const process<OtherState, OtherMessage>& other) const {
    detail::link(body_->core, other.body_->core);
  }

  /// Returns true if the process has ended, for whatever reason.
  [[nodiscard]] bool ended() const { return body_->core->ended(); }

  /// Asks the process to end after the messages that were sent before, waits, and returns its final
  /// state.
  ///
  /// Throws the exception that ended the process abnormally; errc::invalid_argument if the state
  /// was already returned.
  State stop_and_join() {
    get_sender().stop();
    return join();
  }
  /// The same for a process that ends by itself, through `process_sender::stop` or a link.
  State join() {
    refuse_elsewhere();
    if (thread_.joinable()) thread_.join();
    if (const auto failure = body_->core->failure()) std::rethrow_exception(failure);
    if (!body_->state) detail::state_was_taken();
    State last = std::move(*body_->state);
    body_->state.reset();
    return last;
  }

 private:
  template <class, class>
  friend class process;
  using body = detail::process_body<State, Message>;
  using contents = detail::envelope_contents<Message>;

  void refuse_elsewhere() const {
    if (thread_.is_forked_child()) throw exception(detail::made_before_fork("process"));
  }
  void end() noexcept {
    if (!thread_.joinable() || thread_.is_forked_child()) return;
    body_->inbox->close();
    thread_.join();
  }

  std::shared_ptr<body> body_;
  mailbox_sender<detail::envelope<Message>> to_;
  detail::owned_thread thread_;
};

}  // namespace dynamo
