// expect: a member of this type cannot be mapped to a DynamoDB attribute
#include <dynamo/value/mapping.hpp>

#include <complex>
#include <string>

struct user {
  std::string id;
  std::complex<double> impedance;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("impedance", &user::impedance));
