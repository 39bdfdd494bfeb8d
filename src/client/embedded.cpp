// Clients of an engine in the process.
#include "client/engine_transport.hpp"
#include "client/wire_backend.hpp"
#include "engine/engine.hpp"

#include <dynamo/client/client.hpp>

#include <utility>

namespace dynamo {
namespace {

// Nothing outside the program has a say in where its own engine is and who may use it.
class no_environment final : public auth::environment {
 public:
  std::optional<std::string> get(const char* /*name*/) const override { return std::nullopt; }
};

std::shared_ptr<backend> backend_on(const embedded_engine& on, const client_config& given) {
  client_config config = given;
  config.region = "local";
  config.endpoint = "http://in-process";
  config.profile = std::nullopt;
  config.use_fips = std::nullopt;
  config.use_dual_stack = std::nullopt;
  config.ca_bundle = std::nullopt;
  config.credentials = static_credentials({.access_key_id = "in-process",
                                           .secret_access_key = "in-process",
                                           .provider = "the embedded engine"});
  wire::dependencies uses = wire::default_dependencies(config);
  uses.environment = std::make_shared<no_environment>();
  uses.home = on.shared()->home();
  uses.make_transport = [engine = on.shared()](const net::transport_options& options) {
    return wire::make_engine_transport(
        [engine](operation op, const body_buffer& request, body_buffer& answer) {
          return engine->execute(op, request, answer);
        },
        options.time);
  };
  return wire::make_wire_backend(config, std::move(uses));
}

}  // namespace

client::client(const embedded_engine& on, client_config config)
    : config_(std::make_shared<const client_config>(std::move(config))),
      backend_(backend_on(on, *config_)) {}

client client::embedded(const std::string& path, engine_options options) {
  return client(embedded_engine::open(path, std::move(options)));
}

client client::in_memory(engine_options options) {
  return client(embedded_engine::in_memory(std::move(options)));
}

}  // namespace dynamo
