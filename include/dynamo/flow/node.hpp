// The structure of a flow: a tree of nodes whose types are the flow's steps.
#pragma once

#include <dynamo/flow/options.hpp>
#include <dynamo/flow/stage_threads.hpp>
#include <dynamo/flow/step.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace dynamo::flow::detail {

// A node has
//   out             the type in which its events are passed on
//   step            its number, counted from the source
//   reduced         whether this group of steps contains a reduce
//   group()         the options of the group of stages that it runs in
//   start(of, down) adds the stages that it needs, and all that feed it, to a stage_threads. `down`
//   creates,
//                   for each copy of the group, the chain of the following steps: an object with
//                     begin()      before the first event, on the stage's thread
//                     push(event)
//                     batch_end()  no more events are available now: pass on those held back
//                     finish()     after the last event of a flow that did not end otherwise
// Chains are held by value, one inside the other, so that the compiler sees one loop.

/// One copy of a group of steps, as its steps see it.
struct stage_info {
  unsigned index = 0;
  unsigned total = 1;
  std::size_t batch = 1;
};

/// The part of a chain that is the same for all steps without a state.
template <class Down>
struct passing_stage {
  Down down;

  void begin() { down.begin(); }
  void batch_end() { down.batch_end(); }
  void finish() { down.finish(); }
};

template <class Feed>
class source_node {
 public:
  using out = typename Feed::out;
  static constexpr unsigned step = 0;
  static constexpr bool reduced = false;

  source_node(Feed feed, const options& given)
      : feed_(std::move(feed)), group_(checked(given)), stop_(given.stop) {}

  [[nodiscard]] group_options group() const noexcept { return group_; }

  template <class Factory>
  void start(stage_threads& of, const Factory& down) {
    of.obey(stop_);
    of.on_end([this] { feed_.cancel(); });
    for (unsigned i = 0; i < group_.stages; ++i) {
      using chain = decltype(down(stage_info{}));
      of.add(std::make_unique<puller<chain>>(feed_, group_.batch(),
                                             down(stage_info{i, group_.stages, group_.batch()})));
    }
  }

 private:
  template <class Chain>
  class puller final : public stage_threads::stage {
   public:
    puller(Feed& from, std::size_t batch, Chain chain)
        : from_(from), batch_(batch), chain_(std::move(chain)) {}

    void run(stage_threads& of) override {
      chain_.begin();
      from_.feed(of, chain_, batch_);
      if (!of.ending()) chain_.finish();
    }

   private:
    Feed& from_;
    const std::size_t batch_;
    Chain chain_;
  };

  Feed feed_;
  group_options group_;
  std::stop_token stop_;
};

/// A step that runs in the same stages as the one before it.
template <class Prev, class Op>
class step_node {
 public:
  using in = typename Prev::out;
  using op_type = Op;
  using prev_type = Prev;
  using out = typename Op::template out<in>;
  static constexpr unsigned step = Prev::step + 1;
  static constexpr bool reduced = Prev::reduced || Op::reduces;

  step_node(Prev before, Op with) : prev(std::move(before)), op(std::move(with)) {}

  [[nodiscard]] group_options group() const noexcept { return prev.group(); }

  template <class Factory>
  void start(stage_threads& of, const Factory& down) {
    prev.start(of, [this, &down](const stage_info& copy) {
      return op.template attach<in>(step_place{Op::name, step}, copy, down(copy));
    });
  }

  Prev prev;
  Op op;
};

}  // namespace dynamo::flow::detail

namespace dynamo::flow {

/// A flow that is described and does not run yet: `from(...) | step | step | ...`. It runs when it
/// is passed to `collect`, `run`, `into` or `stream`. Move-only if its source is.
template <class Node>
class [[nodiscard(
    "a flow does nothing until an end runs it: add | flow::run(), collect(), into() or "
    "stream()")]] pipeline {
 public:
  /// The type of its events.
  using value_type = std::remove_cvref_t<typename Node::out>;

  explicit pipeline(Node node) : node_(std::move(node)) {}

  /// Returns the flow's nodes, for steps and for the functions that run it.
  [[nodiscard]] Node take() && { return std::move(node_); }

 private:
  Node node_;
};

/// The right side of a `|`: applies itself to the nodes before it.
template <class A>
concept adaptor = requires { typename A::flow_adaptor; };

template <class Node, adaptor A>
auto operator|(pipeline<Node> flow, A with) {
  return std::move(with).apply(std::move(flow).take());
}

namespace detail {

/// The adaptor of a step that needs only its description.
template <class Op>
class step_adaptor {
 public:
  using flow_adaptor = void;

  explicit step_adaptor(Op op) : op_(std::move(op)) {}

  template <class Node>
  auto apply(Node node) && {
    Op::template check<Node>();
    return pipeline(step_node<Node, Op>(std::move(node), std::move(op_)));
  }

 private:
  Op op_;
};

}  // namespace detail
}  // namespace dynamo::flow
