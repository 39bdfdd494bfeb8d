// A terminal that nobody sits at.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace dynamo::test {

/// Gives back what was written to it, byte for byte. It holds about 4 KB.
class pseudo_terminal {
 public:
  pseudo_terminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) {
      throw std::runtime_error("there is no pseudo terminal");
    }
    path_ = ::ptsname(master_);
    terminal_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    if (::tcgetattr(terminal_, &settings) != 0) throw std::runtime_error("tcgetattr failed");
    ::cfmakeraw(&settings);
    ::tcsetattr(terminal_, TCSANOW, &settings);
  }
  pseudo_terminal(const pseudo_terminal&) = delete;
  pseudo_terminal& operator=(const pseudo_terminal&) = delete;
  ~pseudo_terminal() {
    ::close(terminal_);
    ::close(master_);
  }

  [[nodiscard]] int descriptor() const { return terminal_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// What was written since the last time. No '@' may be in it.
  [[nodiscard]] std::string seen() const {
    if (::write(terminal_, "@", 1) != 1) throw std::runtime_error("cannot write to a terminal");
    std::string text;
    char c = 0;
    while (::read(master_, &c, 1) == 1 && c != '@') text += c;
    return text;
  }

 private:
  int master_;
  int terminal_ = -1;
  std::string path_;
};

}  // namespace dynamo::test
