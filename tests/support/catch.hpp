// SPDX-License-Identifier: MPL-2.0
// The one place that names the Catch2 header of this Debian (version 2).
#pragma once

#include <catch2/catch.hpp>
