#include "engine/error_response.hpp"

#include <dynamo/value/json_writer.hpp>

namespace dynamo::engine {
namespace {

std::string_view namespace_of(std::string_view type) {
  if (type == "ValidationException") return "com.amazon.coral.validate#";
  if (type == "SerializationException") return "com.amazon.coral.service#";
  return "com.amazonaws.dynamodb.v20120810#";
}

std::string error_begin(std::string_view type, std::string_view message) {
  std::string out = "{";
  detail::append_json_text(out, "__type", std::string(namespace_of(type)).append(type));
  detail::append_json_text(out, "message", message);
  return out;
}

}  // namespace

std::string error_json(const refusal& what) {
  return error_begin(what.type(), what.message()) + what.members() + '}';
}

std::string failure_json(std::string_view sentence) {
  return error_begin("InternalServerError", sentence) + '}';
}

}  // namespace dynamo::engine
