#include "differential/side.hpp"
#include "engine/engine.hpp"

#include <dynamo/core/body_buffer.hpp>

#include <utility>

namespace dynamo::differential {
namespace {

class engine_side final : public side {
 public:
  answer ask(operation op, const std::string& body) override {
    const body_buffer request(body);
    body_buffer answered;
    const int status = engine_->execute(op, request, answered);
    return {status, json::parse(answered.text()).value_or(json())};
  }

 private:
  std::shared_ptr<engine::engine> engine_ = engine::engine::in_memory();
};

}  // namespace

std::unique_ptr<side> engine_in_memory() {
  return std::make_unique<engine_side>();
}

}  // namespace dynamo::differential
