#include "engine/engine.hpp"

#include <dynamo/engine/embedded_engine.hpp>

#include <utility>

namespace dynamo {

result<embedded_engine> embedded_engine::try_open(const std::string& path, engine_options options) {
  auto opened = engine::engine::open(path, std::move(options));
  if (!opened) return std::move(opened).error();
  return embedded_engine(*std::move(opened));
}

embedded_engine embedded_engine::open(const std::string& path, engine_options options) {
  return try_open(path, std::move(options)).value();
}

embedded_engine embedded_engine::in_memory(engine_options options) {
  return embedded_engine(engine::engine::in_memory(std::move(options)));
}

result<void> embedded_engine::try_compact(const std::stop_token& stop) const {
  return engine_->compact(stop);
}

void embedded_engine::compact(const std::stop_token& stop) const {
  try_compact(stop).value();
}

}  // namespace dynamo
