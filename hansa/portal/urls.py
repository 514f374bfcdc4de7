from django.urls import path

from hansa.portal.views import home, program

urlpatterns = [
    path("", home.land, name="land"),
    path("w/<slug:workspace>/", home.home, name="home"),
    path("w/<slug:workspace>/program/", program.program, name="program"),
]
