#include "auth/sts_response.hpp"

#include "auth/aws_names.hpp"
#include "auth/timestamp.hpp"
#include "core/ascii.hpp"

#include <algorithm>
#include <initializer_list>
#include <pugixml.hpp>
#include <utility>

namespace dynamo::auth {
namespace {

class depth_limit final : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node& /*node*/) override {
    constexpr int deepest = 16;
    return depth() < deepest;
  }
};

class document {
 public:
  // pugixml expands only the five predefined entities of XML, and skips a DOCTYPE.
  explicit document(std::string_view xml) {
    well_formed_ =
        xml.size() <= max_sts_answer_bytes && parsed_.load_buffer(xml.data(), xml.size());
    depth_limit limit;
    well_formed_ = well_formed_ && parsed_.traverse(limit);
  }

  // Returns the element at the path, or an empty one.
  [[nodiscard]] pugi::xml_node at(std::initializer_list<std::string> path) const {
    pugi::xml_node node = well_formed_ ? parsed_.root() : pugi::xml_node();
    for (const std::string& name : path) node = node.child(name.c_str());
    return node;
  }

 private:
  pugi::xml_document parsed_;
  bool well_formed_ = false;
};

std::string text_of(const pugi::xml_node& parent, const char* name) {
  return parent.child_value(name);
}

}  // namespace

std::optional<assumed_role> read_assumed_role(std::string_view xml, std::string_view action) {
  const document answer(xml);
  const pugi::xml_node outcome =
      answer.at({std::string(action) + "Response", std::string(action) + "Result"});
  const pugi::xml_node keys = outcome.child("Credentials");
  assumed_role role;
  role.keys.access_key_id = text_of(keys, "AccessKeyId");
  role.keys.secret_access_key = text_of(keys, "SecretAccessKey");
  role.keys.session_token = text_of(keys, "SessionToken");
  role.keys.expiration = parse_timestamp(text_of(keys, "Expiration"));
  role.arn = text_of(outcome.child("AssumedRoleUser"), "Arn");
  role.keys.account_id = account_in_arn(role.arn);
  const bool complete = !role.keys.access_key_id.empty() && !role.keys.secret_access_key.empty() &&
                        !role.keys.session_token.empty() && role.keys.expiration &&
                        !role.keys.account_id.empty();
  if (!complete) return std::nullopt;
  return role;
}

std::optional<caller_identity> read_caller_identity(std::string_view xml) {
  const document answer(xml);
  const pugi::xml_node outcome =
      answer.at({"GetCallerIdentityResponse", "GetCallerIdentityResult"});
  caller_identity who{.account = text_of(outcome, "Account"),
                      .arn = text_of(outcome, "Arn"),
                      .user_id = text_of(outcome, "UserId")};
  if (who.account.empty() || who.arn.empty()) return std::nullopt;
  return who;
}

std::optional<sts_fault> read_sts_fault(std::string_view xml) {
  const document answer(xml);
  const pugi::xml_node fault = answer.at({"ErrorResponse", "Error"});
  sts_fault read{.code = text_of(fault, "Code"), .message = text_of(fault, "Message")};
  if (read.code.empty()) return std::nullopt;
  return read;
}

std::string_view account_in_arn(std::string_view arn) {
  const auto parts = split_arn(arn);
  if (!parts || !std::ranges::all_of(parts->account, ascii::is_digit)) return {};
  return parts->account;
}

}  // namespace dynamo::auth
