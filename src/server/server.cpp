#include "engine/engine.hpp"
#include "server/listening_front.hpp"

#include <dynamo/server/server.hpp>

#include <utility>

namespace dynamo {

struct server::parts {
  std::unique_ptr<server_side::listening_front> front;
};

server::server(std::unique_ptr<parts> of) : parts_(std::move(of)) {}
server::server(server&& other) noexcept = default;
server& server::operator=(server&& other) noexcept = default;
server::~server() = default;

result<server> server::try_start(const embedded_engine& before, server_options options) {
  for (const credentials& each : options.accepted) {
    if (!each.access_key_id.empty() && !each.secret_access_key.empty()) continue;
    error failure;
    failure.kind = errc::invalid_argument;
    failure.message =
        "invalid credentials in server_options::accepted: the access key id or the secret access "
        "key is empty; set both";
    return failure;
  }
  auto front = server_side::listening_front::open(
      [behind = before.shared()](operation op, const body_buffer& request, body_buffer& answer) {
        return behind->execute(op, request, answer);
      },
      std::move(options));
  if (!front) return std::move(front).error();
  auto of = std::make_unique<parts>();
  of->front = *std::move(front);
  return server(std::move(of));
}

std::uint16_t server::port() const noexcept {
  return parts_->front->address().port;
}

std::string server::url() const {
  return "http://" + parts_->front->address().to_string();
}

bool server::is_loopback() const noexcept {
  return parts_->front->address().is_loopback();
}

}  // namespace dynamo
